"""Local checks of problem set 1, *Losses*.

Nothing here knows the answers. A forward is held to values known beforehand; a backward to central differences of the
student's own forward, once that has passed.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from missingsum.check.report import Report
from missingsum.check.running import call, local_check
from missingsum.check.shared import measured_product, passed, require_equal, require_samples
from missingsum.diagnosis import Sample
from missingsum.numeric import gradient
from missingsum.variants import (
    Case,
    bce_backward_variants,
    bce_forward_variants,
    clipped_bce_forward,
    clipped_cross_entropy_backward,
    clipped_cross_entropy_forward,
    cross_entropy_backward_variants,
    cross_entropy_forward_variants,
    mse_backward_variants,
    mse_forward_variants,
    sigmoid_backward_variants,
    sigmoid_forward_variants,
)

SHAPES = ((3, 4), (5, 3))

# (errors a - y, their loss), worked out by hand
SQUARED = (
    ([[1, 2, 0, 1], [0, 3, 0, 1], [2, 0, 2, 2]], (3 + 5 + 6) / 3),
    ([[1, 1, 0], [2, 0, 0], [0, 3, 1], [0, 0, 4], [1, 0, 1]], (1 + 2 + 5 + 8 + 1) / 5),
)
# (probabilities, targets, the loss in units of ln 2), worked out by hand
BITS = (
    (
        [[1 / 2, 1 / 4, 1 / 8, 1 / 8], [1 / 8, 1 / 2, 1 / 4, 1 / 8], [1 / 16, 1 / 16, 1 / 8, 3 / 4]],
        [[1 / 2, 1 / 4, 1 / 4, 0], [0, 1, 0, 0], [1, 0, 0, 0]],
        (1.75 + 1 + 4) / 3,
    ),
    (
        [[1 / 2, 1 / 4, 1 / 4], [1 / 4, 1 / 2, 1 / 4], [1 / 8, 3 / 8, 1 / 2], [1 / 2, 1 / 4, 1 / 4]],
        [[0, 0, 1], [1 / 2, 1 / 2, 0], [1, 0, 0], [0, 1 / 2, 1 / 2]],
        (2 + 1.5 + 3 + 2) / 4,
    ),
)


@local_check
def mse_forward(function: Callable, report: Report) -> None:
    """Check ``mse_forward(a, y)``: one number for a, y (n, c)."""
    with report.step("values worked out by hand"):
        samples = []
        for errors, loss in SQUARED:
            y = np.linspace(0, 1, np.size(errors)).reshape(np.shape(errors))
            a, truth = y + np.array(errors), np.array(loss)
            samples.append(Sample(Case(truth, s=a, y=y), truth, call(function, a, y)))
        require_samples(samples, mse_forward_variants())


@local_check
def mse_backward(function: Callable, report: Report) -> None:
    """Check ``mse_backward(a, y)``: (n, c), the gradient of the student's mse_forward."""
    forward = passed(function, "mse_forward", mse_forward, report)
    rng = np.random.default_rng(2)
    with report.step("a batch, against central differences"):
        samples = []
        for shape in SHAPES:
            a, y = rng.uniform(0.1, 0.9, size=shape), rng.uniform(size=shape)
            truth = gradient(lambda x, y=y: forward(x, y), a)
            samples.append(Sample(Case(truth, s=a, y=y), truth, call(function, a, y)))
        require_samples(samples, mse_backward_variants())


@local_check
def sigmoid_forward(function: Callable, report: Report) -> None:
    """Check ``sigmoid_forward(z)``: a with ln(a / (1 - a)) = z, for z of any size."""
    rng = np.random.default_rng(3)
    with report.step("ln(a / (1 - a)) is z"):
        samples = []
        for shape in SHAPES:
            a = rng.uniform(0.02, 0.98, size=shape)
            samples.append(Sample(Case(a, s=a), a, call(function, np.log(a / (1 - a)))))
        require_samples(samples, sigmoid_forward_variants())
    with report.step("logits of any size: -10000, -800, 0, 800, 10000"), np.errstate(all="ignore"):
        answer = call(function, np.array([[-1e4, -800.0, 0.0, 800.0, 1e4]]))
        require_equal(answer, np.array([[0, 0, 0.5, 1, 1]]), not_finite="exp-overflow")


@local_check
def sigmoid_backward(function: Callable, report: Report) -> None:
    """Check ``sigmoid_backward(a, g)``: (n, c), the vector-Jacobian product of the student's sigmoid_forward."""
    forward = passed(function, "sigmoid_forward", sigmoid_forward, report)
    rng = np.random.default_rng(4)
    with report.step("a batch, random g, against central differences"):
        samples = []
        for shape in SHAPES:
            z, g = rng.normal(size=shape), rng.normal(size=shape)
            a, truth = np.asarray(forward(z)), measured_product(forward, z, g)
            samples.append(Sample(Case(truth, s=a, g=g), truth, call(function, a, g)))
        require_samples(samples, sigmoid_backward_variants())


@local_check
def cross_entropy_forward(function: Callable, report: Report) -> None:
    """Check ``cross_entropy_forward(s, y)``: one number, with 0 · ln 0 = 0."""
    with report.step("probabilities that are powers of 1/2: the loss is a multiple of ln 2"):
        samples = []
        for probabilities, targets, bits in BITS:
            s, y, truth = np.array(probabilities), np.array(targets), np.array(bits * np.log(2))
            samples.append(Sample(Case(truth, s=s, y=y), truth, call(function, s, y)))
        require_samples(samples, cross_entropy_forward_variants())
    with report.step("s = 0 where y = 0 adds nothing"), np.errstate(all="ignore"):
        answer = call(function, np.array([[0.0, 0.5, 0.5]]), np.array([[0.0, 1.0, 0.0]]))
        require_equal(answer, np.array(np.log(2)), not_finite="log-of-zero")
    with report.step("true classes of probability 1e-25 and 1e-30"):
        samples = []
        for exponent in (25, 30, 1):
            s, y, truth = (
                np.array([[0.4, 10.0**-exponent, 0.6]]),
                np.array([[0.0, 1.0, 0.0]]),
                np.array(exponent * np.log(10)),
            )
            samples.append(Sample(Case(truth, s=s, y=y), truth, call(function, s, y)))
        require_samples(samples, clipped_cross_entropy_forward(), 1e-9)


@local_check
def cross_entropy_backward(function: Callable, report: Report) -> None:
    """Check ``cross_entropy_backward(s, y)``: (n, c), the gradient of the student's cross_entropy_forward."""
    forward = passed(function, "cross_entropy_forward", cross_entropy_forward, report)
    rng = np.random.default_rng(6)
    with report.step("a batch, against central differences"):
        samples = []
        for shape in SHAPES:
            s, y = rng.uniform(0.15, 0.6, size=shape), rng.uniform(0.1, 0.6, size=shape)
            truth = gradient(lambda x, y=y: forward(x, y), s)
            samples.append(Sample(Case(truth, s=s, y=y), truth, call(function, s, y)))
        require_samples(samples, cross_entropy_backward_variants())
    with report.step("s = 0 where y = 0: the derivative there is 0"), np.errstate(all="ignore"):
        s, y = np.array([[0.0, 0.5, 0.5]]), np.array([[0.0, 1.0, 0.0]])
        truth = gradient(lambda x: forward(np.column_stack([[0.0], x]), y), s[:, 1:])
        require_equal(call(function, s, y), np.column_stack([[0.0], truth]), not_finite="log-of-zero")
    with report.step("true classes of probability 1e-25 and 1e-30, against central differences"):
        samples = []
        for exponent in (25, 30, 1):
            size = np.array([[1.0, 10.0**-exponent, 1.0]])
            x, y = np.array([[0.4, 1.0, 0.6]]), np.array([[0.0, 1.0, 0.0]])
            truth = gradient(lambda x, y=y, size=size: forward(x * size, y), x) / size
            samples.append(Sample(Case(truth, s=x * size, y=y), truth, call(function, x * size, y)))
        require_samples(samples, clipped_cross_entropy_backward())


@local_check
def bce_with_logits_forward(function: Callable, report: Report) -> None:
    """Check ``bce_with_logits_forward(z, y)``: one number, for z, y (n, c) or (n,)."""
    rng = np.random.default_rng(7)
    for name, shapes in (("(n, c)", SHAPES), ("(n,)", ((4,), (7,)))):
        with report.step(f"logits ln(p / (1 - p)) of shape {name}: the loss follows from p"):
            samples = []
            for shape in shapes:
                p, y = rng.uniform(0.1, 0.9, size=shape), rng.uniform(size=shape)
                z, truth = (
                    np.log(p / (1 - p)),
                    np.array(np.sum(y * np.log(1 / p) + (1 - y) * np.log(1 / (1 - p))) / shape[0]),
                )
                samples.append(Sample(Case(truth, s=p, y=y, z=z), truth, call(function, z, y)))
            require_samples(samples, bce_forward_variants())
    with report.step("logits 40, -40, 1000 and -1000 with the wrong target"), np.errstate(all="ignore"):
        for size, slip in ((40.0, "log-of-zero"), (1000.0, "exp-overflow")):
            samples = []
            for logit, target, loss in ((size, 0.0, size), (-size, 1.0, size), (0.0, 0.5, np.log(2))):
                z, y, truth = np.array([[logit]]), np.array([[target]]), np.array(loss)
                samples.append(Sample(Case(truth, s=np.exp(-np.logaddexp(0, -z)), y=y), truth, call(function, z, y)))
            require_samples(samples, clipped_bce_forward(), not_finite=slip)


@local_check
def bce_with_logits_backward(function: Callable, report: Report) -> None:
    """Check ``bce_with_logits_backward(z, y)``: the gradient of bce_with_logits_forward, for z, y (n, c) or (n,)."""
    forward = passed(function, "bce_with_logits_forward", bce_with_logits_forward, report)
    rng = np.random.default_rng(8)
    for name, shapes in (("(n, c)", SHAPES), ("(n,)", ((4,), (7,)))):
        with report.step(f"shape {name}, against central differences"):
            samples = []
            for shape in shapes:
                z, y = rng.normal(size=shape), rng.uniform(size=shape)
                truth = gradient(lambda x, y=y: forward(x, y), z)
                samples.append(
                    Sample(Case(truth, s=np.exp(-np.logaddexp(0, -z)), y=y, z=z), truth, call(function, z, y))
                )
            require_samples(samples, bce_backward_variants())
    with report.step("logits 40 and 1000, against central differences"), np.errstate(all="ignore"):
        for size, slip in ((40.0, "log-of-zero"), (1000.0, "exp-overflow")):
            z, y = np.array([[size, -size]]), np.array([[0.3, 0.6]])
            require_equal(call(function, z, y), gradient(lambda x, y=y: forward(x, y), z), not_finite=slip)
