"""Local checks of problem set 4, *Fused and stable*.

Nothing here knows the answers. `logsumexp` and the loss are held to logits ln w whose sums and probabilities are known
beforehand; the loss from labels to the student's own loss from targets; gradients to central differences of the
student's losses, once these have passed.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from missingsum.check.report import Report, Wrong
from missingsum.check.running import call, local_check
from missingsum.check.shared import (
    difference,
    known_softmax,
    passed,
    require_equal,
    require_samples,
    require_shapes,
)
from missingsum.comparison import Shape, not_real_numbers
from missingsum.diagnosis import Sample
from missingsum.numeric import gradient
from missingsum.variants import (
    Case,
    clipped_cross_entropy_forward,
    clipped_softmax_cross_entropy_backward,
    label_backward_variants,
    label_forward_variants,
    logsumexp_variants,
    smooth_labels_variants,
    softmax_cross_entropy_backward_variants,
    softmax_cross_entropy_forward_variants,
)

SHAPES = ((3, 4), (5, 3))
IGNORED = -100

# (labels, c, eps, the value for the true class, the value for the others), worked out by hand
SMOOTHED = ((np.array([2, 0, 1]), 4, 0.2, 0.85, 0.05), (np.array([4, 1]), 5, 0.1, 0.92, 0.02))


@local_check
def logsumexp(function: Callable, report: Report) -> None:
    """Check ``logsumexp(z)``: (n,), ln Σ w for the logits z = ln w, and that number more when every logit is."""
    rng = np.random.default_rng(1)

    def sample(shape: Shape) -> Sample:
        w = rng.uniform(0.2, 3, size=shape)
        truth = np.log(w.sum(axis=1))
        return Sample(Case(truth, z=np.log(w)), truth, call(function, np.log(w)))

    with report.step("logits ln w: the answer is the logarithm of the sum of the w"):
        require_shapes(sample, SHAPES, logsumexp_variants)
    w = np.array([[1.0, 2.0, 5.0]])
    with report.step("logits of any size"), np.errstate(all="ignore"):
        for offset, slip in (([[400.0], [-400.0]], "max-of-all"), ([[1000.0]], "no-max"), ([[-1e4]], "max-with-zero")):
            require_equal(call(function, np.log(w) + offset), np.log(8) + np.array(offset)[:, 0], not_finite=slip)
    with report.step("float32"), np.errstate(all="ignore"):
        require_equal(call(function, np.log(w).astype(np.float32)), np.array([np.log(8)]), rtol=2e-5)


@local_check
def softmax_cross_entropy_forward(function: Callable, report: Report) -> None:
    """Check ``softmax_cross_entropy_forward(z, y)``: one number; for z = ln s + a number it follows from s."""
    softmax = _passed_softmax(function, report)
    rng = np.random.default_rng(2)
    for name, total in (("sum to 1", True), ("have any sum", False)):

        def sample(shape: Shape, total: bool = total) -> Sample:
            (z, s), y = known_softmax(rng, shape), rng.uniform(0.2, 1.5, size=shape)
            y = y / y.sum(axis=1, keepdims=True) if total else y
            truth = np.array((y * np.log(1 / s)).sum() / len(s))
            return Sample(Case(truth, s=s, y=y, z=z), truth, call(function, z, y))

        with report.step(f"logits ln s + a number, targets that {name}"):
            require_shapes(sample, SHAPES, lambda: softmax_cross_entropy_forward_variants(softmax))
    with report.step("true classes of probability e^-60 and e^-70"), np.errstate(all="ignore"):
        samples = []
        for gap in (60.0, 70.0, np.log(2)):
            z, s, y = _confident(gap)
            samples.append(Sample(Case(np.array(gap), s=s, y=y, z=z), np.array(gap), call(function, z, y)))
        require_samples(samples, clipped_cross_entropy_forward(), 1e-9)
    s = np.array([[0.25, 0.75]])
    y = np.array([[0.5, 0.5]])
    _large_logits(report, lambda z: call(function, z, y), np.log(s), np.array((y * np.log(1 / s)).sum()))
    with report.step("logits 2000 apart"), np.errstate(all="ignore"):
        require_equal(call(function, np.array([[0.0, -2000.0]]), y), np.array(1000.0), not_finite="log-of-zero")
    _float32(
        report,
        lambda z: call(function, z, y.astype(np.float32)),
        lambda z: np.array((y * np.log(1 / _of_two(z))).sum()),
    )


@local_check
def softmax_cross_entropy_backward(function: Callable, report: Report) -> None:
    """Check ``softmax_cross_entropy_backward(z, y)``: (n, c), the gradient of softmax_cross_entropy_forward."""
    forward = passed(function, "softmax_cross_entropy_forward", softmax_cross_entropy_forward, report)
    softmax = _passed_softmax(function, report)
    rng = np.random.default_rng(3)
    for name, total in (("sum to 1", True), ("have any sum", False)):

        def sample(shape: Shape, total: bool = total) -> Sample:
            z, y = rng.normal(size=shape), rng.uniform(0.2, 1.5, size=shape)
            y = y / y.sum(axis=1, keepdims=True) if total else y
            truth = gradient(lambda x: forward(x, y), z)
            return Sample(Case(truth, s=softmax(z), y=y, z=z), truth, call(function, z, y))

        with report.step(f"targets that {name}, against central differences"):
            require_shapes(sample, SHAPES, lambda: softmax_cross_entropy_backward_variants(softmax))
    with (
        report.step("true classes of probability e^-60 and e^-70, against central differences"),
        np.errstate(all="ignore"),
    ):
        samples = []
        for gap in (60.0, 70.0, np.log(2)):
            z, s, y = _confident(gap)
            truth = gradient(lambda x, y=y: forward(x, y), z)
            samples.append(Sample(Case(truth, s=s, y=y, z=z), truth, call(function, z, y)))
        require_samples(samples, clipped_softmax_cross_entropy_backward(), not_finite="0-times-inf")
    y = np.array([[0.5, 0.3]])
    _large_logits(
        report,
        lambda z: call(function, z, y),
        np.array([[0.0, 1.0]]),
        gradient(lambda x: forward(x, y), np.array([[0.0, 1.0]])),
    )
    with report.step("logits 2000 apart, against central differences"), np.errstate(all="ignore"):
        z, y = np.array([[0.0, -2000.0, 1.0]]), np.array([[0.3, 0.4, 0.3]])
        require_equal(call(function, z, y), gradient(lambda x: forward(x, y), z), not_finite="0-times-inf")
    y = np.array([[0.5, 0.5]])
    _float32(report, lambda z: call(function, z, y.astype(np.float32)), lambda z: gradient(lambda x: forward(x, y), z))


@local_check
def cross_entropy_from_labels_forward(function: Callable, report: Report) -> None:
    """Check ``cross_entropy_from_labels_forward(z, labels, ignore_index)``: the loss of the labels kept, one-hot."""
    forward = passed(function, "softmax_cross_entropy_forward", softmax_cross_entropy_forward, report)

    def truth(z: np.ndarray, labels: np.ndarray, ignore_index: int) -> np.ndarray:
        kept = labels != ignore_index
        return np.array(forward(z[kept], np.eye(z.shape[1])[labels[kept]]) if kept.any() else 0.0)

    _check_labels(report, function, truth, label_forward_variants, clipped_cross_entropy_forward, "log-of-zero")


@local_check
def cross_entropy_from_labels_backward(function: Callable, report: Report) -> None:
    """Check ``cross_entropy_from_labels_backward(z, labels, ignore_index)``: the gradient of the loss from labels."""
    forward = passed(function, "cross_entropy_from_labels_forward", cross_entropy_from_labels_forward, report)

    def truth(z: np.ndarray, labels: np.ndarray, ignore_index: int) -> np.ndarray:
        return gradient(lambda x: forward(x, labels, ignore_index), z)

    _check_labels(
        report, function, truth, label_backward_variants, clipped_softmax_cross_entropy_backward, "0-times-inf"
    )


@local_check
def smooth_labels(function: Callable, report: Report) -> None:
    """Check ``smooth_labels(labels, c, eps)``: (n, c)."""
    with report.step("values worked out by hand"):
        samples = []
        for labels, c, eps, true, other in SMOOTHED:
            y = np.eye(c)[labels]
            truth = np.where(y == 1, true, other)
            samples.append(Sample(Case(truth, y=y, g=np.full(y.shape, eps)), truth, call(function, labels, c, eps)))
        require_samples(samples, smooth_labels_variants())


def _passed_softmax(function: Callable, report: Report) -> Callable[[np.ndarray], np.ndarray]:
    """Softmax as the exponential of z minus the student's logsumexp."""
    lse = passed(function, "logsumexp", logsumexp, report)
    return lambda z: np.exp(z - np.asarray(lse(z))[:, None])


def _confident(gap: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Logits, probabilities and targets of two classes, the true one of probability e^-gap; the loss is ``gap``."""
    s = np.array([[-np.expm1(-gap), np.exp(-gap)]])
    return np.array([[np.log(s[0, 0]), -gap]]), s, np.array([[0.0, 1.0]])


def _large_logits(report: Report, answer: Callable, z: np.ndarray, truth: np.ndarray) -> None:
    """The answer stays the same when every logit is moved by the same large number."""
    with report.step("logits around 1000 and around -10000"), np.errstate(all="ignore"):
        for offset, slip in ((1000, "no-max"), (-1e4, "max-with-zero")):
            require_equal(answer(z + offset), truth, not_finite=slip)


def _float32(report: Report, answer: Callable, truth: Callable) -> None:
    """float32 logits around 10000, which lie 0.001 apart; the truth is that of the same logits in float64."""
    with report.step("float32 logits around 10000"), np.errstate(all="ignore"):
        z = np.array([[10000.3, 10001.7]], dtype=np.float32)
        given, right = answer(z), truth(z.astype(np.float64) - 1e4)
        if problem := difference(given, right, 2e-5):
            near = not not_real_numbers(given, np.shape(right)) and np.abs(given - right).max() < 4 * np.spacing(
                z.max()
            )
            raise Wrong(problem, ["cancellation"] if near else ())


def _of_two(z: np.ndarray) -> np.ndarray:
    """The probabilities of two classes from the difference of their logits."""
    first = 1 / (1 + np.exp(z[0, 1] - z[0, 0]))
    return np.array([[first, 1 - first]])


def _check_labels(
    report: Report, function: Callable, truth: Callable, language: Callable, clipped: Callable, underflow: str
) -> None:
    rng = np.random.default_rng(4)
    softmax = _passed_softmax(function, report)
    for name, ignored in (("none ignored", 0), ("rows ignored", 2)):

        def sample(shape: Shape, ignored: int = ignored) -> Sample:
            z, labels = rng.normal(size=shape), rng.integers(shape[1], size=shape[0])
            ignore_index = IGNORED if shape == SHAPES[0] else -1
            labels[:ignored] = ignore_index
            y = 1.0 * ((labels[:, None] == np.arange(shape[1])) & (labels != ignore_index)[:, None])
            right = truth(z, labels, ignore_index)
            return Sample(
                Case(right, s=softmax(z), y=y, z=z, labels=labels), right, call(function, z, labels, ignore_index)
            )

        with report.step(f"a batch, {name}"):
            require_shapes(sample, SHAPES, lambda: language(softmax))
    with report.step("true classes of probability e^-60 and e^-70"), np.errstate(all="ignore"):
        samples = []
        for gap in (60.0, 70.0, np.log(2)):
            z, s, y = _confident(gap)
            right = truth(z, y.argmax(axis=1), IGNORED)
            samples.append(Sample(Case(right, s=s, y=y, z=z), right, call(function, z, y.argmax(axis=1), IGNORED)))
        require_samples(samples, clipped(), not_finite=underflow)
    with report.step("all rows ignored: 0"), np.errstate(all="ignore"):
        z, labels = rng.normal(size=(3, 4)), np.full(3, IGNORED)
        require_equal(call(function, z, labels, IGNORED), 0 * truth(z, labels, IGNORED), not_finite="all-rows-ignored")
    labels = np.array([0])
    _large_logits(
        report,
        lambda z: call(function, z, labels, IGNORED),
        np.array([[0.0, 1.0]]),
        truth(np.array([[0.0, 1.0]]), labels, IGNORED),
    )
    with report.step("logits 2000 apart"), np.errstate(all="ignore"):
        z = np.array([[-2000.0, 0.0, 1.0]])
        require_equal(call(function, z, labels, IGNORED), truth(z, labels, IGNORED), not_finite=underflow)
