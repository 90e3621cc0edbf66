"""Name the mistake in a wrong vector-Jacobian product of any function: ``diagnose(f, x, g, answer)``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from missingsum.comparison import mismatch
from missingsum.diagnosis import Sample, Variant, explain
from missingsum.elsewhere import as_array, like
from missingsum.numeric import rowwise_jacobian
from missingsum.slips import SLIPS, Slip
from missingsum.variants import Product, product_variants
from missingsum.verdict import TOO_SMALL, Verdict, rounding, too_small

RTOL = 1e-7
"""Of a comparison with Jacobians by central differences, which are good to about 1e-11."""


@dataclass(frozen=True)
class Diagnosis:
    """What `diagnose` found. It is true if the answer is right; printed, it says so in words.

    Where the verdict is neither right nor wrong, asking for its truth raises ValueError.
    """

    verdict: Verdict
    slips: tuple[Slip, ...]
    """the mistakes that explain the answer; none if it is right, or if the cause is not recognised"""
    difference: str
    """where the answer differs; empty if it does not"""

    @property
    def right(self) -> bool:
        """Whether the answer is right; False where it is too small to judge."""
        return self.verdict is Verdict.RIGHT

    def __bool__(self) -> bool:
        return bool(self.verdict)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def __str__(self) -> str:
        if self.right:
            return "✓ right"
        if self.verdict is Verdict.TOO_SMALL:
            return f"? {TOO_SMALL}"
        causes = [f"  → {slip.explanation}\n    Read: {slip.where}." for slip in self.slips]
        return "\n".join([f"✗ {self.difference}", *(causes or ["  → wrong; cause not recognised"])])


def diagnose(f: Callable[[np.ndarray], np.ndarray], x: np.ndarray, g: np.ndarray, answer: np.ndarray) -> Diagnosis:
    """Which mistake turns the vector-Jacobian product Σ_i g_i ∂f_i/∂x_j of each row into ``answer``?

    >>> import numpy as np
    >>> from missingsum import diagnose
    >>> x, g = np.random.default_rng(0).normal(size=(2, 4, 3))
    >>> def f(x):
    ...     return np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    >>> [slip.id for slip in diagnose(f, x, g, g * f(x) * (1 - f(x))).slips]
    ['missing-sum']

    f
        any function (n, c) → (n, m) whose row k depends on row k of x alone.
    x, g, answer
        (n, c), (n, m) and (n, c); n at least 3, and g random: an upstream gradient of ones hides most mistakes.
        Tensors of PyTorch's and arrays of JAX's are taken, too; f is then called with such, in float64.

    The Jacobian is measured from f alone. A mistake, or a pair of them, is named only if it gives ``answer`` to
    rounding error in the even rows and in the odd rows, and differs from the truth in both; otherwise the cause is not
    recognised. Where the outputs of f change, but Σ_i g_i f_i nowhere by more than its rounding, the verdict is *too
    small to judge*. Raises ValueError if the shapes do not fit.
    """
    f, answer = like(f, x), as_array(answer)
    x, g = (np.array(as_array(values), dtype=np.float64) for values in (x, g))
    as_given = np.asarray(f(x.copy()))
    output = as_given.astype(np.float64)
    if x.ndim != 2 or len(x) < 3:
        raise ValueError(f"x has shape {x.shape}; at least three rows are needed, (n, c)")
    if output.ndim != 2 or len(output) != len(x) or g.shape != output.shape:
        raise ValueError(f"f(x) has shape {output.shape} and g has shape {g.shape}; both must be (n, m), n = {len(x)}")
    product = Product(rowwise_jacobian(f, x), output, g)
    truth = product.value
    if not np.isfinite(truth).all():
        raise ValueError("f is not finite near x; choose another x")
    difference = mismatch(answer, truth, RTOL, rounding(as_given, g))
    if difference is None:
        small = too_small([(product.jacobian, as_given, g)])
        return Diagnosis(Verdict.TOO_SMALL if small else Verdict.RIGHT, (), "")
    halves = (slice(0, None, 2), slice(1, None, 2))
    answers = [answer[rows] if np.shape(answer)[:1] == (len(x),) else answer for rows in halves]
    slips = explain(
        [Sample((product, rows), truth[rows], half) for rows, half in zip(halves, answers)],
        [Variant(variant.slips, _rows_of(variant)) for variant in product_variants()],
    )
    return Diagnosis(Verdict.WRONG, tuple(SLIPS[slip] for slip in slips), difference)


def _rows_of(variant: Variant) -> Callable[[tuple[Product, slice]], np.ndarray]:
    """The rows of what the variant gives for the whole batch; nan if its slip means nothing for such a Jacobian."""

    def wrong(data: tuple[Product, slice]) -> np.ndarray:
        product, rows = data
        n, m, c = product.jacobian.shape
        try:
            wrong = np.asarray(variant.wrong(product))
        except ValueError:
            if m == c:
                raise
            return np.full((n, c), np.nan)[rows]
        return wrong[rows] if wrong.shape[:1] == (n,) else wrong

    return wrong
