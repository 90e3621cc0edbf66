"""The gallery of mistakes: for each slip its words and, where it can be computed, its numbers beside the right ones.

Words come from `slips`, wrong numbers from the `variants` that the diagnosis uses too. Right derivatives are measured:
the page that shows the gallery hands in a softmax, and its Jacobian is taken by central differences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from missingsum import variants
from missingsum.comparison import mismatch
from missingsum.diagnose import RTOL
from missingsum.diagnosis import Sample, Variant, explain
from missingsum.numeric import rowwise_jacobian
from missingsum.slips import SLIPS, Slip
from missingsum.variants import Case, Differences, Layer, Product, Sizes
from missingsum.variants.checking import Pair, checkers, probes

VISIBLE = 1e-2
"""An example differs from the right answer by more than this share of its row, so that four decimals show it."""

DECIMALS = 10
"""To which the Jacobians by central differences are good."""

LOGITS = np.array([[1.0, 2.0, 0.5, 0.0], [0.0, -1.0, 1.5, 0.5], [-0.5, 1.0, 0.0, 2.0]])
UPSTREAM = np.array([[0.5, -1.0, 2.0, 0.3], [-0.7, 1.2, 0.4, -0.2], [1.5, 0.1, -0.6, 0.8]])
TARGETS = np.array([[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.6, 0.9], [0.5, 0.0, 0.0, 0.2]])
"""Soft, and of sums other than 1 in two of the three rows."""
LABELS = np.array([1, -100, 3])
"""One label a row; the middle row is to be ignored."""


@dataclass(frozen=True)
class Example:
    """What is ``asked``, the ``right`` answer, and the one that somebody with the slip gets."""

    asked: str
    right: np.ndarray
    wrong: np.ndarray
    data: object = None
    ways: Sequence[Variant] = ()

    @property
    def seen(self) -> str:
        """What a check says to the wrong answer; empty if it is right."""
        return mismatch(self.wrong, self.right, RTOL) or ""

    @property
    def recognised(self) -> tuple[str, ...]:
        """The slips that the diagnosis names, given the wrong answer."""
        return explain([Sample(self.data, self.right, self.wrong)] * 2, self.ways)

    @property
    def visible(self) -> bool:
        """Four decimals show the difference."""
        return mismatch(self.wrong, self.right, VISIBLE) is not None

    def __str__(self) -> str:
        lines = ["right", *_rows(self.right), "with this slip", *_rows(self.wrong)]
        return "\n".join(lines)


@dataclass(frozen=True)
class Verdicts:
    """The pairs that a gradient check is tried on, and what it says to each, if it is right and with the slip."""

    pairs: Sequence[Pair]
    wrong: Sequence[bool]
    asked = "a gradient check, tried on some pairs of a loss and a gradient"

    @property
    def seen(self) -> str:
        """What a check says; empty if all verdicts are right."""
        mistaken = [(pair, verdict) for pair, verdict in zip(self.pairs, self.wrong) if verdict != pair.right]
        return "".join(
            f"it {'accepts a wrong' if verdict else 'refuses a right'} gradient: {pair.name}"
            for pair, verdict in mistaken[:1]
        )

    def __str__(self) -> str:
        words = {True: "accepts", False: "refuses", None: "either"}
        return "\n".join(
            [
                f"{'the gradient':42} right     with this slip",
                *(
                    f"{pair.name:42} {words[pair.right]:9} {words[verdict]}"
                    for pair, verdict in zip(self.pairs, self.wrong)
                ),
            ]
        )


@dataclass(frozen=True)
class Entries:
    """Some slips, for a page: Jupyter shows them as text with links, and each can be folded."""

    slips: tuple[Slip, ...]
    examples: dict[str, Example | Verdicts]

    def _repr_markdown_(self) -> str:
        return "\n\n".join(self._entry(slip) for slip in self.slips)

    def _entry(self, slip: Slip) -> str:
        title = f"{slip.id} · {slip.done}".replace("*", r"\*")
        head = f"(slip-{slip.id})=\n::::{{dropdown}} {title}\n:open:\n:class-container: slip"
        parts = [head, slip.explanation.replace("*", r"\*")]
        if example := self.examples.get(slip.id):
            parts += [
                f"Asked: {example.asked}. What one sees in a check: “{example.seen}”.",
                f"```text\n{example}\n```",
            ]
        parts += [f"Read: [{slip.where}](#{slip.section})", f"[Link to this entry](#slip-{slip.id})", "::::"]
        return "\n\n".join(parts)


class Gallery:
    """All slips, with examples computed from ``softmax``, a function (n, c) → (n, c) that is right for small logits."""

    def __init__(self, softmax: Callable[[np.ndarray], np.ndarray]):
        self.examples: dict[str, Example | Verdicts] = {}
        for slip, asked, right, data, ways, wrong in _answers(softmax):
            example = Example(asked, np.round(right, DECIMALS), np.round(wrong, DECIMALS), data, ways)
            if slip not in self.examples and example.visible:
                self.examples[slip] = example
        for slip, verdicts in _verdicts(softmax):
            if slip not in self.examples and verdicts.seen:
                self.examples[slip] = verdicts

    def entries(self, first: str, last: str) -> Entries:
        """The slips from ``first`` to ``last``, in the order of `slips`."""
        ids = list(SLIPS)
        chosen = ids[ids.index(first) : ids.index(last) + 1]
        return Entries(tuple(SLIPS[slip] for slip in chosen), self.examples)


def _answers(softmax: Callable) -> Iterable[tuple[str, str, np.ndarray, object, Sequence[Variant], np.ndarray]]:
    """(slip, what is asked, right answer, data, ways, wrong answer) of each variant with one slip, the best first."""
    for asked, right, data, ways in _questions(softmax):
        ways = [variant for variant in ways if len(variant.slips) == 1]
        for variant in ways:
            with np.errstate(all="ignore"):
                wrong = np.asarray(variant.wrong(data), dtype=np.float64)
            if np.isfinite(wrong).all():
                yield variant.slips[0], asked, right, data, ways, wrong
    s, shown = softmax(LOGITS), (None, ())
    with np.errstate(
        all="ignore"
    ):  # softmax stays the same when a row is shifted, but exponentials overflow or underflow
        yield "no-max", "softmax(z + 1000), which is softmax(z)", s, *shown, softmax(LOGITS + 1000)
        yield "max-with-zero", "softmax(z - 1000), which is softmax(z)", s, *shown, softmax(LOGITS - 1000)
        far_below = np.array([[0.0], [0.0], [-1000.0]])
        yield "max-of-all", "softmax(z), row 2 moved down by 1000", s, *shown, softmax(LOGITS + far_below)
    yield "zero-over-zero", "the relative error of two arrays of zeros", np.array(0.0), *shown, np.array(np.nan)


SHOWN_PAIRS = (
    "right",
    "zeros",
    "times -1",
    "times 1.0075",
    "wrong at (2, 2)",
    "nan throughout",
    "another loss",
    "another loss, zeros",
    "another loss, the gradient of the first",
    "another loss of size 1e-06, times 1.05",
    "linear at 0, times 1",
)


def _verdicts(softmax: Callable) -> Iterable[tuple[str, Verdicts]]:
    """(slip, verdicts) of each model of a gradient check with one slip and an opinion on all pairs shown."""

    def loss(z: np.ndarray, y: np.ndarray) -> float:
        return float(-(y * np.log(softmax(z))).sum() / len(z))

    def gradient(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.einsum("ni,nij->nj", -y / softmax(z) / len(z), rowwise_jacobian(softmax, z))

    pairs = probes(
        np.random.default_rng(0), loss, gradient, lambda z, y: float((y * np.sin(z)).sum()), lambda z, y: y * np.cos(z)
    )
    pairs = [pair for pair in pairs if pair.name in SHOWN_PAIRS]
    for model in checkers({"formula-for-a-measurement": gradient}):
        if len(model.slips) == 1 and model.slips[0] not in IN_OTHER_WORDS:
            verdicts = [model.expects(pair) for pair in pairs]
            if all(len(verdict & {True, False}) == 1 for verdict in verdicts):
                yield model.slips[0], Verdicts(pairs, [(verdict & {True, False}).pop() for verdict in verdicts])


IN_OTHER_WORDS = ("sign", "factor-two", "half")


def _sum_of_cubes(x: np.ndarray) -> float:
    return float((x**3).sum() / 3 + x.sum() ** 2 / 2)


def _questions(softmax: Callable) -> Iterable[tuple[str, np.ndarray, object, Iterable[Variant]]]:
    z, g, y, n = LOGITS, UPSTREAM, TARGETS, len(LOGITS)
    s, J = softmax(z), rowwise_jacobian(softmax, z)
    a, logs = 1 / (1 + np.exp(-z)), np.log(s)

    product = Product(J, s, g)
    yield "vector-Jacobian product of softmax", product.value, product, variants.product_variants(1)
    yield "vector-Jacobian product of softmax", product.value, product, variants.unsummed_variants()
    one = Product(J[1:2], s[1:2], -y[1:2] / s[1:2])
    yield "dL/dz of cross-entropy, row 1 alone", one.value[0], one, variants.total_derivative_variants(1)
    yield (
        "dL/dz of cross-entropy without its i = j term, row 1 alone",
        one.missing_part[0],
        one,
        variants.missing_part_variants(1),
    )
    square = Product(J[:3, :3, :3], s[:, :3], g[:, :3])
    yield (
        "vector-Jacobian product of the first three outputs, by the first three logits",
        square.value,
        square,
        [way for way in variants.product_variants(1) if way.slips == ("keepdims-lost",)],
    )
    yield "softmax(z)", s, z, variants.forward_variants(softmax, 1)

    slopes = np.einsum("nii->ni", rowwise_jacobian(lambda z: 1 / (1 + np.exp(-z)), z))
    yield (
        "vector-Jacobian product of sigmoid",
        g * slopes,
        Case(g * slopes, s=a, g=g),
        variants.sigmoid_backward_variants(),
    )
    residual = Case((a - y) / n, s=a, y=y, z=z)
    yield "gradient of the mean squared error of sigmoid(z)", residual.truth, residual, variants.mse_backward_variants()
    both = Case(-(y * np.log(a) + (1 - y) * np.log(1 - a)).sum() / n, s=a, y=y, z=z)
    yield "binary cross-entropy from logits", both.truth, both, variants.bce_forward_variants()
    loss = Case(-(y * logs).sum() / n, s=s, y=y, z=z)
    yield "cross-entropy of probabilities", loss.truth, loss, variants.cross_entropy_forward_variants()
    in_s = Case(-y / s / n, s=s, y=y)
    yield "dL/ds of cross-entropy", in_s.truth, in_s, variants.cross_entropy_backward_variants()
    fused = np.einsum("ni,nij->nj", in_s.truth, J)
    yield (
        "dL/dz of softmax and cross-entropy",
        fused,
        Case(fused, s=s, y=y, z=z),
        variants.softmax_cross_entropy_backward_variants(softmax),
    )

    of_log = np.einsum("ni,nij->nj", g, rowwise_jacobian(lambda z: np.log(softmax(z)), z))
    yield "log-softmax", logs, Case(logs, s=s, z=z), variants.log_softmax_forward_variants(softmax)
    yield (
        "vector-Jacobian product of log-softmax",
        of_log,
        Case(of_log, s=s, z=z, g=g),
        variants.log_softmax_backward_variants(softmax),
    )
    lse = z[:, 0] - logs[:, 0]
    yield "log-sum-exp of each row", lse, Case(lse, s=s, z=z), variants.logsumexp_variants()

    one_hot = np.eye(z.shape[1])[LABELS % z.shape[1]] * (LABELS >= 0)[:, None]
    kept = np.count_nonzero(LABELS >= 0)
    from_labels = Case(-(one_hot * logs).sum() / kept, s=s, y=one_hot, z=z, labels=LABELS)
    of_labels = Case(np.einsum("ni,nij->nj", -one_hot / s / kept, J), s=s, y=one_hot, z=z, labels=LABELS)
    yield "dL/dz from labels, row 1 ignored", of_labels.truth, of_labels, variants.label_backward_variants(softmax)
    yield (
        "cross-entropy from labels, row 1 ignored",
        from_labels.truth,
        from_labels,
        variants.label_forward_variants(softmax),
    )
    true = np.eye(z.shape[1])[[1, 0, 3]]
    smooth = Case(np.where(true == 1, 0.925, 0.025), y=true, g=np.full(z.shape, 0.1))
    yield (
        "one-hot rows of classes 1, 0 and 3, smoothed with eps = 0.1",
        smooth.truth,
        smooth,
        variants.smooth_labels_variants(),
    )
    sure = np.array([[0.998, 0.001, 0.0005, 0.0005]])
    unlikely = Case(-np.log(sure[0, 1]), s=sure, y=np.eye(4)[[1]])
    yield (
        "cross-entropy of s = (0.998, 0.001, 0.0005, 0.0005), true class 1",
        unlikely.truth,
        unlikely,
        variants.clipped_cross_entropy_forward(),
    )
    yield from _more_questions()


def _more_questions() -> Iterable[tuple[str, np.ndarray, object, Iterable[Variant]]]:
    """Difference quotients, relative errors and layers."""
    x, h = np.array([[1.0, -2.0, 0.5], [0.0, 1.5, -1.0]]), 0.4
    quotient = x**2 + h**2 / 3 + x.sum()
    yield (
        "difference quotients of f(x) = Σ x³/3 + (Σ x)²/2 at x = (1, -2, 0.5), (0, 1.5, -1), h = 0.4",
        quotient,
        Differences(quotient, _sum_of_cubes, x, h),
        variants.difference_variants(),
    )
    a, b = np.array([[3.0, 0.0], [0.0, 4.0]]), np.array([[3.0, 1.0], [0.0, 2.0]])
    error = np.sqrt(5) / 5
    yield (
        "relative error of (3, 0), (0, 4) and (3, 1), (0, 2)",
        np.array(error),
        Sizes(error, a, b),
        variants.relative_error_variants(),
    )

    X, g, W, b = LOGITS, UPSTREAM, np.vander([0.5, -1.0, 1.5, -0.5]), np.array([0.5, -1.0, 1.0, 2.0])
    yield "X W + b with X = z", X @ W + b, Layer(X @ W + b, X, W=W, b=b), variants.linear_forward_variants()
    dX = np.einsum("nk,nkj->nj", g, rowwise_jacobian(lambda X: X @ W + b, X))
    yield "dX of a linear layer with X = z", dX, Layer(dX, X, g, W), variants.linear_backward_variants("dX")
    db = np.einsum("nk,nkj->j", g, rowwise_jacobian(lambda b: b, X))
    yield "db of a linear layer", db, Layer(db, X, g, W), variants.linear_backward_variants("db")
    relu = (LOGITS - 0.25 + np.abs(LOGITS - 0.25)) / 2
    yield "ReLU of z - 0.25", relu, Layer(relu, LOGITS - 0.25), variants.relu_forward_variants()
    slopes = np.einsum("nii->ni", rowwise_jacobian(lambda z: (z + np.abs(z)) / 2, LOGITS - 0.25))
    yield (
        "vector-Jacobian product of ReLU at z - 0.25",
        g * slopes,
        Layer(g * slopes, LOGITS - 0.25, g),
        variants.relu_backward_variants(),
    )
    yield (
        "vector-Jacobian product of ReLU at (0, 1, 0, -1), where the slope at 0 is taken for 0",
        np.array([0, -1.0, 0, 0]),
        UPSTREAM[0],
        [Variant(("one-at-zero",), lambda g: g * [1, 1, 1, 0])],
    )


def _rows(values: np.ndarray) -> list[str]:
    """Numbers in rows, to four decimals; of a batch of matrices the first."""
    if values.ndim == 3:
        return [f"  shape {values.shape}, the first of them:", *_rows(values[0])]
    return ["".join(f"{value + 0.0:9.4f}" for value in row) for row in np.atleast_2d(values)]
