"""Name the mistake in a wrong vector-Jacobian product of any function: ``diagnose(f, x, g, answer)``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from missingsum.attention_diagnosis import diagnose_head
from missingsum.comparison import mismatch, not_real_numbers
from missingsum.diagnosed import RTOL, Diagnosis
from missingsum.diagnosis import CLEAR, Family, Sample, Variant, find
from missingsum.elsewhere import as_array, like
from missingsum.explain.finding import Finding
from missingsum.explain.rows import factor_of_each_row
from missingsum.numeric import rowwise_jacobian
from missingsum.slips import SLIPS
from missingsum.variants import Product, product_variants
from missingsum.variants.language import SIZES
from missingsum.verdict import Verdict, rounding, too_small


def diagnose(f: Callable, x: Any, g: np.ndarray, answer: Any) -> Diagnosis:
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

    Of more than one input it knows one head of attention: where x is the tuple (q, k, v) or (q, k, v, mask), f must be
    attention's forward pass, g is do, and the answer is (dq, dk, dv); see `diagnose_attention`.

    The Jacobian is measured from f alone. A mistake, or two or three of them, is named only if it gives ``answer`` to
    rounding error in all rows; otherwise the cause is not recognised. A constant ratio is given as a number: one batch
    does not show whether it is one of its sizes. Where the outputs of f change, but Σ_i g_i f_i nowhere by more than
    its rounding, the verdict is *too small to judge*. Raises ValueError if the shapes do not fit.
    """
    if isinstance(x, tuple):
        return diagnose_head(f, x, g, answer)
    f, answer = like(f, x), as_array(answer)
    x, g = (np.array(as_array(values), dtype=np.float64) for values in (x, g))
    as_given = np.asarray(f(x.copy()))
    output = as_given.astype(np.float64)
    if x.ndim != 2 or len(x) < 3:
        raise ValueError(f"x has shape {x.shape}; at least three rows are needed, (n, c)")
    if output.ndim != 2 or len(output) != len(x) or g.shape != output.shape:
        raise ValueError(f"f(x) has shape {output.shape} and g has shape {g.shape}; both must be (n, m), n = {len(x)}")
    product = Product(rowwise_jacobian(f, x), output, g, x)
    truth = product.value
    if not np.isfinite(truth).all():
        raise ValueError("f is not finite near x; choose another x")
    difference = mismatch(answer, truth, RTOL, rounding(as_given, g))
    if difference is None:
        small = too_small([(product.jacobian, as_given, g)])
        return Diagnosis(Verdict.TOO_SMALL if small else Verdict.RIGHT, (), "")
    sample = Sample(product, truth, answer)
    family = product_variants()
    named = [_where_it_means_something(way) for way in family if not SIZES.keys() & set(way.slips)]
    ways = [*named, *paths(x)]
    speaks = output.shape == x.shape  # the language has one axis for inputs and outputs
    found = find([sample, sample], Family(lambda: ways, family.language) if speaks else ways)
    found = (
        found
        or at_another_point(f, x, g, answer)
        or factor_of_each_row([np.asarray(answer)] * 2, [truth] * 2, 1e-6, CLEAR)
    )
    return Diagnosis(Verdict.WRONG, tuple(SLIPS[slip] for slip in found.slips), difference, found.text)


def paths(x: np.ndarray) -> Iterator[Variant]:
    """One of two ways from x to the output left out: where the output is x times a function of x, or x plus one."""

    def share(product: Product) -> np.ndarray:
        if product.output.shape != x.shape:
            return np.full(x.shape, np.nan)
        return product.upstream * product.output / x

    for wrong in (
        lambda product: product.value - share(product),
        share,
        lambda product: product.value - product.upstream if product.upstream.shape == x.shape else share(product),
    ):
        yield Variant(("second-path",), wrong)


POINTS = np.concatenate([-np.geomspace(0.1, 10, 31), np.geomspace(0.1, 10, 31)])


def at_another_point(f: Callable[[np.ndarray], np.ndarray], x: np.ndarray, g: np.ndarray, answer: Any) -> Finding:
    """Whether the answer is the product at a multiple of x, times a constant; sought among `POINTS` and near them."""
    if not_real_numbers(answer, x.shape) or not np.isfinite(answer).all() or not np.any(answer):
        return Finding()

    def off(k: float) -> float:
        """The sine of the angle between the answer and the product at k x."""
        steps = 1e-5 * np.eye(x.shape[1])[:, None, :]
        with np.errstate(all="ignore"):
            J = [(np.asarray(f(k * x + h)) - np.asarray(f(k * x - h))) / 2e-5 for h in steps]
            value = np.stack([(g * column).sum(axis=1) for column in J], axis=1)
            rest = value - answer * (value * answer).sum() / (answer * answer).sum()
            return float(np.sqrt((rest**2).sum() / (value**2).sum())) if value.any() else 1.0

    angles = np.array([off(k) for k in POINTS])
    best = int(np.nanargmin(np.where(np.isfinite(angles), angles, np.inf)))
    if not angles[best] < 0.3:
        return Finding()
    k = _lowest(off, POINTS[best] / 1.2, POINTS[best] * 1.2)
    product = Product(rowwise_jacobian(f, k * x), np.asarray(f(k * x)), g)
    ratio = float((product.value * answer).sum() / (product.value**2).sum())
    if abs(k - 1) < 1e-3 or mismatch(ratio * product.value, np.asarray(answer), 1e-5):
        return Finding()
    words = f"your answer is {'' if abs(ratio - 1) < 1e-4 else f'{ratio:.4g} times '}the right one at {k:.4g} times x"
    return Finding(("wrong-point",), (words,))


def _lowest(off: Callable[[float], float], low: float, high: float) -> float:
    """Where ``off`` is least between two numbers: the golden section."""
    share = (np.sqrt(5) - 1) / 2
    for _ in range(60):
        one, two = high - share * (high - low), low + share * (high - low)
        low, high = (low, two) if off(one) < off(two) else (one, high)
    return (low + high) / 2


def _where_it_means_something(variant: Variant) -> Variant:
    """The variant; nan where its slip means nothing for such a Jacobian."""

    def wrong(product: Product) -> np.ndarray:
        n, m, c = product.jacobian.shape
        try:
            return np.asarray(variant.wrong(product))
        except ValueError:
            if m == c:
                raise
            return np.full((n, c), np.nan)

    return Variant(variant.slips, wrong)
