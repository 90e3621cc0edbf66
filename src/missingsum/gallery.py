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
from missingsum.diagnosed import RTOL
from missingsum.diagnosis import Sample, Variant, explain
from missingsum.numeric import gradient, rowwise_jacobian
from missingsum.questions import Known, Question, ps1, ps2, ps3, ps4, ps5, ps6
from missingsum.slips import SLIPS, Slip
from missingsum.slips.attention import ATTENTION
from missingsum.variants import Product
from missingsum.variants.attention import GRADIENTS, Head, one_step_wrong
from missingsum.variants.checking import Pair, checkers, probes
from missingsum.variants.masks import Scores, in_rows_without_keys, large_score_ways, masked_softmax_ways

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
        for slip, asked, right, data, ways, wrong in wrong_answers(softmax):
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


Answered = tuple[str, str, np.ndarray, object, Sequence[Variant], np.ndarray]
"""(slip, what is asked, right answer, data, ways, wrong answer)"""


def wrong_answers(softmax: Callable) -> Iterable[Answered]:
    """The wrong answers to all questions on the gallery's input, each with one slip, the best of a slip first."""
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
    """(what is asked, right answer, data, variants); the right answers are measured, or follow from the softmax."""
    known = Known.measured(softmax)
    for question, about, right, arguments in (*_of_softmax(softmax), *_of_elementwise(), *_of_labels(softmax)):
        yield _shown(question, about, right, arguments, known)
    yield from _more_questions(softmax, known)
    for question, about, right, arguments in _of_layers():
        yield _shown(question, about, right, arguments, known)
    yield from _of_attention(softmax)


Asked = tuple[Question, str, np.ndarray, tuple]
"""A question, what is special about its arguments in words, the right answer, and the arguments."""


def _shown(
    question: Question, about: str, right: np.ndarray, arguments: tuple, known: Known
) -> tuple[str, np.ndarray, object, Iterable[Variant]]:
    right = np.asarray(right)
    return question.asked + about, right, question.data(known, right, *arguments), question.variants(known)


def _of_softmax(softmax: Callable) -> Iterable[Asked]:
    z, g, y, n = LOGITS, UPSTREAM, TARGETS, len(LOGITS)
    s, J = softmax(z), rowwise_jacobian(softmax, z)
    logs = np.log(s)
    yield ps2.SOFTMAX_BACKWARD, "", Product(J, s, g).value, (s, g)
    one = Product(J[1:2], s[1:2], -y[1:2] / s[1:2])
    yield ps2.DL_DZ_ENTRY, ", row 1 alone", one.value[0], (s[1], y[1])
    yield ps2.MISSING_PART, ", row 1 alone", one.missing_part[0], (s[1], y[1])
    yield ps2.SOFTMAX_FORWARD, "", s, (z,)
    yield ps1.CROSS_ENTROPY_FORWARD, "", -(y * logs).sum() / n, (s, y)
    yield ps1.CROSS_ENTROPY_BACKWARD, "", -y / s / n, (s, y)
    yield ps4.SOFTMAX_CROSS_ENTROPY_BACKWARD, "", Product(J, s, -y / s / n).value, (z, y)
    of_log = np.einsum("ni,nij->nj", g, rowwise_jacobian(lambda z: np.log(softmax(z)), z))
    yield ps3.LOG_SOFTMAX_FORWARD, "", logs, (z,)
    yield ps3.LOG_SOFTMAX_BACKWARD, "", of_log, (z, g)
    yield ps4.LOGSUMEXP, "", z[:, 0] - logs[:, 0], (z,)


def _of_elementwise() -> Iterable[Asked]:
    z, g, y, n = LOGITS, UPSTREAM, TARGETS, len(LOGITS)
    a = 1 / (1 + np.exp(-z))
    slopes = np.einsum("nii->ni", rowwise_jacobian(lambda z: 1 / (1 + np.exp(-z)), z))
    yield ps1.SIGMOID_FORWARD, "", a, (z,)
    yield ps1.SIGMOID_BACKWARD, "", g * slopes, (a, g)
    yield ps1.MSE_BACKWARD, " of sigmoid(z)", (a - y) / n, (a, y)
    yield ps1.BCE_FORWARD, "", -(y * np.log(a) + (1 - y) * np.log(1 - a)).sum() / n, (z, y)


def _of_labels(softmax: Callable) -> Iterable[Asked]:
    z = LOGITS
    s, J, y = softmax(z), rowwise_jacobian(softmax, z), ps4.one_hot(z, LABELS)
    kept = np.count_nonzero(y)
    given = (z, LABELS, ps4.IGNORED)
    yield ps4.FROM_LABELS_BACKWARD, ", row 1 ignored", Product(J, s, -y / s / kept).value, given
    yield ps4.FROM_LABELS_FORWARD, ", row 1 ignored", -(y * np.log(s)).sum() / kept, given
    labels = np.array([1, 0, 3])
    yield (
        ps4.SMOOTH_LABELS,
        " 1, 0 and 3 of four classes, eps = 0.1",
        np.where(np.eye(4)[labels] == 1, 0.925, 0.025),
        (labels, 4, 0.1),
    )


def _more_questions(softmax: Callable, known: Known) -> Iterable[tuple[str, np.ndarray, object, Iterable[Variant]]]:
    """Slips that show in numbers of their own only."""
    s, J, g = softmax(LOGITS), rowwise_jacobian(softmax, LOGITS), UPSTREAM
    product = Product(J, s, g)
    yield ps2.SOFTMAX_BACKWARD.asked, product.value, product, variants.unsummed_variants()
    square = Product(J[:3, :3, :3], s[:, :3], g[:, :3])
    yield (
        f"{ps2.SOFTMAX_BACKWARD.asked}, the first three outputs by the first three logits",
        square.value,
        square,
        [way for way in variants.product_variants() if way.slips == ("keepdims-lost",)],
    )
    sure, y = np.array([[0.998, 0.001, 0.0005, 0.0005]]), np.eye(4)[[1]]
    loss = np.asarray(-np.log(sure[0, 1]))
    question = ps1.CROSS_ENTROPY_FORWARD
    yield (
        "cross-entropy of s = (0.998, 0.001, 0.0005, 0.0005), true class 1",
        loss,
        question.data(known, loss, sure, y),
        question.special["tiny"](known),
    )
    yield (
        "vector-Jacobian product of ReLU at (0, 1, 0, -1), where the slope at 0 is taken for 0",
        np.array([0, -1.0, 0, 0]),
        ps6.RELU_BACKWARD.data(known, np.array([0, -1.0, 0, 0]), np.array([0, 1.0, 0, -1]), UPSTREAM[0]),
        ps6.RELU_BACKWARD.special["at zero"](known),
    )


def _of_layers() -> Iterable[Asked]:
    """Difference quotients, relative errors and layers."""
    x, h = np.array([[1.0, -2.0, 0.5], [0.0, 1.5, -1.0]]), 0.4
    yield (
        ps5.CENTRAL_DIFFERENCE,
        " of f(x) = Σ x³/3 + (Σ x)²/2 at x = (1, -2, 0.5), (0, 1.5, -1), h = 0.4",
        x**2 + h**2 / 3 + x.sum(),
        (_sum_of_cubes, x, h),
    )
    a, b = np.array([[3.0, 0.0], [0.0, 4.0]]), np.array([[3.0, 1.0], [0.0, 2.0]])
    yield ps5.RELATIVE_ERROR, " of (3, 0), (0, 4) and (3, 1), (0, 2)", np.sqrt(5) / 5, (a, b)
    X, g, W, b = LOGITS, UPSTREAM, np.vander([0.5, -1.0, 1.5, -0.5]), np.array([0.5, -1.0, 1.0, 2.0])
    yield ps6.LINEAR_FORWARD, " with X = z", X @ W + b, (X, W, b)
    dX = np.einsum("nk,nkj->nj", g, rowwise_jacobian(lambda X: X @ W + b, X))
    yield ps6.LINEAR_BACKWARD["dX"], " with X = z", dX, (X, W, g)
    db = np.einsum("nk,nkj->j", g, rowwise_jacobian(lambda b: b, X))
    yield ps6.LINEAR_BACKWARD["db"], "", db, (X, W, g)
    z = LOGITS - 0.25
    yield ps6.RELU_FORWARD, " of z - 0.25", (z + np.abs(z)) / 2, (z,)
    slopes = np.einsum("nii->ni", rowwise_jacobian(lambda z: (z + np.abs(z)) / 2, z))
    yield ps6.RELU_BACKWARD, " at z - 0.25", g * slopes, (z, g)


MASK = np.array([[True, True, False, False], [False, True, True, False], [True, False, False, True]])


def _of_attention(softmax: Callable) -> Iterable[tuple[str, np.ndarray, object, Iterable[Variant]]]:
    own = {slip.id for slip in ATTENTION}
    for asked, right, data, ways in _one_head(softmax):
        yield asked, right, data, [way for way in ways if own.issuperset(way.slips)]


def _one_head(softmax: Callable) -> Iterable[tuple[str, np.ndarray, object, Iterable[Variant]]]:
    """What goes wrong in attention alone, in a masked softmax of the logits and in one head."""

    def masked(x: np.ndarray, mask: np.ndarray = MASK) -> np.ndarray:
        return softmax(np.where(mask, x, -100.0)) * mask.any(axis=1, keepdims=True)

    asked = (
        "softmax over the keys that a mask leaves: of row 0 keys 0 and 1, of row 1 keys 1 and 2, of row 2 keys 0 and 3"
    )
    P, empty = masked(LOGITS), MASK & (np.arange(3) != 1)[:, None]
    yield asked, P, Scores(LOGITS, MASK, P), masked_softmax_ways()
    without = masked(LOGITS, empty)
    yield f"{asked}; and row 1 has no key", without, Scores(LOGITS, empty, without), in_rows_without_keys()
    for about, moved in (("hidden scores are 400 higher", 400.0 * ~MASK), ("all scores are 12000 lower", -1.2e4)):
        yield f"{asked}; and {about}", P, Scores(LOGITS + moved, MASK, P), large_score_ways()
    q, k, v, do = UPSTREAM[:, :2], UPSTREAM.T[:, 1:], LOGITS.T[:, :2], UPSTREAM[:, 2:]

    def output(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
        return masked(q @ k.T / np.sqrt(2)) @ v

    head = Head(q, k, v, MASK, do)
    yield "output of attention", output(q, k, v), head, one_step_wrong("o")
    measured = (
        gradient(lambda q: (do * output(q, k, v)).sum(), q),
        gradient(lambda k: (do * output(q, k, v)).sum(), k),
        gradient(lambda v: (do * output(q, k, v)).sum(), v),
    )
    for part, right in zip(GRADIENTS, measured):
        yield f"gradient {part} of attention", right, head, one_step_wrong(part)


def _rows(values: np.ndarray) -> list[str]:
    """Numbers in rows, to four decimals; of a batch of matrices the first."""
    if values.ndim == 3:
        return [f"  shape {values.shape}, the first of them:", *_rows(values[0])]
    return ["".join(f"{value + 0.0:9.4f}" for value in row) for row in np.atleast_2d(values)]
