"""Local checks of problem set 4, *Fused and stable*.

Nothing here knows the answers. `logsumexp` and the losses are held to logits ln s + a number whose sums and
probabilities are known beforehand; gradients to central differences of the student's losses, once these have passed.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from missingsum.check.report import Report, Wrong, after_unexplained
from missingsum.check.running import call, local_check
from missingsum.check.shared import (
    UNKNOWN,
    difference,
    is_broken,
    number,
    passed,
    require,
    require_samples,
    require_shape,
)
from missingsum.comparison import Answer, Shape, cancelled
from missingsum.diagnosis import Sample, at_special_inputs
from missingsum.numeric import gradient
from missingsum.questions import Input, Known, Question, ps4

# (labels, c, eps, the value for the true class, the value for the others), worked out by hand
SMOOTHED = ((np.array([2, 0, 1]), 4, 0.2, 0.85, 0.05), (np.array([4, 1]), 5, 0.1, 0.92, 0.02))
RTOL32 = 2e-5
"""For answers to float32 inputs."""


@local_check
def logsumexp(function: Callable, report: Report) -> None:
    """Check ``logsumexp(z)``: (n,), for logits z = ln s + a number it is that number."""
    question, rng = ps4.LOGSUMEXP, np.random.default_rng(1)

    def shift(made: Input) -> np.ndarray:
        z, rows = made.arguments[0], np.arange(len(made.arguments[0]))
        return (z - made.made_of)[rows, z.argmax(axis=1)]

    with report.step("logits ln s + a number, s of sum 1: the answer is that number"):
        require(function, question, "batch", rng, shift)
    with report.step("logits of any size"):
        for kind in ("rows apart", "any size"):
            require(function, question, kind, rng, shift, rtol=1e-9)
    with report.step("float32 logits around 10000 and -10000"):
        _require_in_float32(function, question, rng, lambda z: _numbers(call(function, z), (1,)), moves=True)


@local_check
def softmax_cross_entropy_forward(function: Callable, report: Report) -> None:
    """Check ``softmax_cross_entropy_forward(z, y)``: one number; for z = ln s + a number it follows from s."""
    known = _measured(function, report)
    question, rng = ps4.SOFTMAX_CROSS_ENTROPY_FORWARD, np.random.default_rng(2)

    def from_s(made: Input) -> float:
        return -(made.arguments[1] * made.made_of).sum() / len(made.made_of)

    for name, kind in (("sum to 1", "batch"), ("have any sum", "any targets")):
        with report.step(f"logits ln s + a number, targets that {name}"):
            require(function, question, kind, rng, from_s, known, rtol=1e-9)
    _extremes(report, function, question, rng, from_s, known)
    with report.step("float32 logits around 10000 and -10000"):
        _require_in_float32(function, question, rng, lambda *given: number(call(function, *given)), known)


@local_check
def softmax_cross_entropy_backward(function: Callable, report: Report) -> None:
    """Check ``softmax_cross_entropy_backward(z, y)``: (n, c), the gradient of softmax_cross_entropy_forward."""
    forward = passed(function, "softmax_cross_entropy_forward", softmax_cross_entropy_forward, report)
    known = _measured(function, report)
    question, rng = ps4.SOFTMAX_CROSS_ENTROPY_BACKWARD, np.random.default_rng(3)
    truth = _gradient_of(forward)
    for name, kind in (("sum to 1", "batch"), ("have any sum", "any targets")):
        with report.step(f"targets that {name}, against central differences"):
            require(function, question, kind, rng, truth, known)
    _extremes(report, function, question, rng, truth, known, ", against central differences")
    with report.step("float32 logits around 10000 and -10000"):
        _require_in_float32(function, question, rng, lambda z, y: gradient(lambda z: forward(z, y), z), known)


@local_check
def cross_entropy_from_labels_forward(function: Callable, report: Report) -> None:
    """Check ``cross_entropy_from_labels_forward(z, labels, ignore_index)``: -ln s at the labels that are kept."""

    def from_s(made: Input) -> float:
        _, labels, *ignore_index = made.arguments
        y = ps4.one_hot(made.made_of, labels, *ignore_index)
        return -made.made_of[y == 1].sum() / max(np.count_nonzero(y), 1)

    _check_labels(report, function, ps4.FROM_LABELS_FORWARD, from_s, lambda *given: number(call(function, *given)))


@local_check
def cross_entropy_from_labels_backward(function: Callable, report: Report) -> None:
    """Check ``cross_entropy_from_labels_backward(z, labels, ignore_index)``: the gradient of the loss from labels."""
    forward = passed(function, "cross_entropy_from_labels_forward", cross_entropy_from_labels_forward, report)
    truth = _gradient_of(forward)
    _check_labels(
        report, function, ps4.FROM_LABELS_BACKWARD, truth, lambda *given: truth(Input(given)), ", against differences"
    )


@local_check
def smooth_labels(function: Callable, report: Report) -> None:
    """Check ``smooth_labels(labels, c, eps)``: (n, c)."""
    question = ps4.SMOOTH_LABELS
    with report.step("values worked out by hand"):
        samples = []
        for labels, c, eps, true, other in SMOOTHED:
            truth = np.where(np.eye(c)[labels] == 1, true, other)
            data = question.data(None, truth, labels, c, eps)
            samples.append(Sample(data, truth, call(function, labels, c, eps)))
        require_samples(samples, question.variants(None))


def _measured(function: Callable, report: Report) -> Known:
    """Softmax as the exponential of z minus the student's logsumexp, and its Jacobian by differences."""
    lse = passed(function, "logsumexp", logsumexp, report)
    return Known.measured(lambda z: np.exp(z - np.asarray(lse(z))[:, None]))


def _numbers(answer: Answer, shape: Shape) -> np.ndarray:
    require_shape(answer, shape)
    return answer


def _gradient_of(forward: Callable) -> Callable[[Input], np.ndarray]:
    """The gradient of a loss with respect to its first argument, by differences."""

    def truth(made: Input) -> np.ndarray:
        z, *rest = made.arguments
        return gradient(lambda z: forward(z, *rest), z)

    return truth


def _extremes(
    report: Report,
    function: Callable,
    question: Question,
    rng: np.random.Generator,
    truth: Callable,
    known: Known,
    how: str = "",
) -> None:
    with report.step(f"true classes of probability e^-60 and e^-70{how}"):
        require(function, question, "badly predicted", rng, truth, known)
    with report.step(f"logits of any size{how}"):
        for kind in ("rows apart", "any size"):
            require(function, question, kind, rng, truth, known)


def _require_in_float32(
    function: Callable,
    question: Question,
    rng: np.random.Generator,
    truth: Callable[..., np.ndarray | float],
    known: Known = UNKNOWN,
    *,
    moves: bool = False,
) -> None:
    """float32 logits around ±10000, which lie 0.001 apart; the ``truth`` is that of the same logits around 0.

    It stays as it is where all logits move by the same number, or ``moves`` by as much.
    """
    with np.errstate(all="ignore"):
        for made in question.inputs["float32"](rng):
            z, *rest = made.arguments
            height = z[0, 0] - made.made_of[0, 0] if moves else 0.0
            given, right = call(function, z, *rest), height + np.asarray(truth(made.made_of, *rest))
            if problem := difference(given, right, RTOL32):
                broken = is_broken(Sample(None, right, given)) and not after_unexplained()
                slips = ["cancellation"] if cancelled(given, right, z) else []
                sample = Sample(question.data(known, right, z.astype(np.float64), *rest), right, given, RTOL32)
                found = at_special_inputs(made.not_finite) if broken else slips
                raise Wrong(f"{made.name}: {problem}", found, special=True, samples=[sample])


def _check_labels(
    report: Report,
    function: Callable,
    question: Question,
    truth: Callable[[Input], np.ndarray | float],
    of_moderate: Callable[..., np.ndarray | float],
    how: str = "",
) -> None:
    rng, known = np.random.default_rng(4), _measured(function, report)
    for name, kinds in (("none ignored", ["batch"]), ("rows ignored", ["ignored", "another to ignore"])):
        with report.step(f"a batch, {name}"):
            for kind in kinds:
                require(function, question, kind, rng, truth, known)
    with report.step("all rows ignored: 0"):
        require(function, question, "all ignored", rng, truth, known)
    _extremes(report, function, question, rng, truth, known, how)
    with report.step("float32 logits around 10000 and -10000"):
        _require_in_float32(function, question, rng, of_moderate, known)
