"""Local checks of problem set 1, *Losses*.

Nothing here knows the answers. A forward is held to values known beforehand; a backward to central differences of the
student's own forward, once that has passed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from missingsum.check.report import Report, Wrong
from missingsum.check.running import call, local_check
from missingsum.check.shared import UNKNOWN, measured_product, number, passed, require, require_samples
from missingsum.diagnosis import Sample
from missingsum.numeric import gradient
from missingsum.questions import Input, Question, ps1

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
        values = []
        for errors, loss in SQUARED:
            number = np.arange(np.size(errors)).reshape(np.shape(errors))
            y = number / 4 - 1.5  # some outside of the range from 0 to 1
            values.append((y + (-1) ** number * np.array(errors), y, loss))
        _require_by_hand(function, ps1.MSE_FORWARD, values)


@local_check
def mse_backward(function: Callable, report: Report) -> None:
    """Check ``mse_backward(a, y)``: (n, c), the gradient of the student's mse_forward."""
    forward = passed(function, "mse_forward", mse_forward, report)
    with report.step("a batch, against central differences"):
        require(function, ps1.MSE_BACKWARD, "batch", np.random.default_rng(2), _gradient_of(forward))


@local_check
def sigmoid_forward(function: Callable, report: Report) -> None:
    """Check ``sigmoid_forward(z)``: a with ln(a / (1 - a)) = z, for z of any size."""
    rng = np.random.default_rng(3)
    with report.step("ln(a / (1 - a)) is z"):
        require(function, ps1.SIGMOID_FORWARD, "batch", rng, lambda made: made.made_of)
    with report.step("logits of any size: -10000, -800, -40, 0, 40, 800, 10000"):
        require(function, ps1.SIGMOID_FORWARD, "any size", rng, lambda made: made.made_of, rtol=1e-9)


@local_check
def sigmoid_backward(function: Callable, report: Report) -> None:
    """Check ``sigmoid_backward(a, g)``: (n, c), the vector-Jacobian product of the student's sigmoid_forward."""
    forward = passed(function, "sigmoid_forward", sigmoid_forward, report)
    with report.step("a batch, random g, against central differences"):
        require(
            function,
            ps1.SIGMOID_BACKWARD,
            "batch",
            np.random.default_rng(4),
            lambda made: measured_product(forward, made.made_of, made.arguments[1]),
        )


@local_check
def cross_entropy_forward(function: Callable, report: Report) -> None:
    """Check ``cross_entropy_forward(s, y)``: one number, with 0 · ln 0 = 0."""
    rng = np.random.default_rng(5)

    def without_class_1(made: Input) -> float:
        loss = number(call(function, *made.made_of))
        if not np.isfinite(loss):
            raise Wrong(f"even without such a class the number is {loss}")
        return loss

    with report.step("probabilities that are powers of 1/2: the loss is a multiple of ln 2"):
        _require_by_hand(
            function,
            ps1.CROSS_ENTROPY_FORWARD,
            [(np.array(s), np.array(y), bits * np.log(2)) for s, y, bits in BITS],
        )
    with report.step("s = 0 where y = 0 adds nothing"):
        require(function, ps1.CROSS_ENTROPY_FORWARD, "absent", rng, without_class_1)
    with report.step("true classes of probability 1e-25 and 1e-30"):
        require(function, ps1.CROSS_ENTROPY_FORWARD, "tiny", rng, lambda made: made.made_of, rtol=1e-9)


@local_check
def cross_entropy_backward(function: Callable, report: Report) -> None:
    """Check ``cross_entropy_backward(s, y)``: (n, c), the gradient of the student's cross_entropy_forward."""
    forward = passed(function, "cross_entropy_forward", cross_entropy_forward, report)
    rng = np.random.default_rng(6)

    def by_relative_steps(made: Input) -> np.ndarray:
        """Steps are a share of each probability, as small as it may be."""
        s, y = made.arguments
        return gradient(lambda x: forward(x * s, y), np.ones_like(s)) / s

    def without_class_1(made: Input) -> np.ndarray:
        s, y = made.made_of
        return np.insert(by_relative_steps(Input((s, y))), 1, 0, axis=1)

    with report.step("a batch, against central differences"):
        require(function, ps1.CROSS_ENTROPY_BACKWARD, "batch", rng, by_relative_steps)
    with report.step("s = 0 where y = 0: the derivative there is 0"):
        require(function, ps1.CROSS_ENTROPY_BACKWARD, "absent", rng, without_class_1)
    with report.step("true classes of probability 1e-25 and 1e-30, against central differences"):
        require(function, ps1.CROSS_ENTROPY_BACKWARD, "tiny", rng, by_relative_steps)


@local_check
def bce_with_logits_forward(function: Callable, report: Report) -> None:
    """Check ``bce_with_logits_forward(z, y)``: one number, for z, y (n, c) or (n,)."""
    rng = np.random.default_rng(7)

    def from_p(made: Input) -> float:
        p, y = made.made_of, made.arguments[1]
        return np.sum(y * np.log(1 / p) + (1 - y) * np.log(1 / (1 - p))) / len(p)

    for name, kind in (("(n, c)", "batch"), ("(n,)", "vector")):
        with report.step(f"logits ln(p / (1 - p)) of shape {name}: the loss follows from p"):
            require(function, ps1.BCE_FORWARD, kind, rng, from_p)
    with report.step("logits 40, -40, 1000, -1000, 10000 and -10000, badly predicted"):
        require(function, ps1.BCE_FORWARD, "any size", rng, lambda made: made.made_of, rtol=1e-9)


@local_check
def bce_with_logits_backward(function: Callable, report: Report) -> None:
    """Check ``bce_with_logits_backward(z, y)``: the gradient of bce_with_logits_forward, for z, y (n, c) or (n,)."""
    forward = passed(function, "bce_with_logits_forward", bce_with_logits_forward, report)
    rng = np.random.default_rng(8)
    for name, kind in (("(n, c)", "batch"), ("(n,)", "vector")):
        with report.step(f"shape {name}, against central differences"):
            require(function, ps1.BCE_BACKWARD, kind, rng, _gradient_of(forward))
    with report.step("logits 40, -40, 1000, -1000, 10000 and -10000, against central differences"):
        require(function, ps1.BCE_BACKWARD, "any size", rng, _gradient_of(forward))


def _gradient_of(forward: Callable) -> Callable[[Input], np.ndarray]:
    """The gradient of a loss with respect to its first argument, by differences."""

    def truth(made: Input) -> np.ndarray:
        x, y = made.arguments
        return gradient(lambda x: forward(x, y), x)

    return truth


def _require_by_hand(
    function: Callable, question: Question, values: Sequence[tuple[np.ndarray, np.ndarray, float]]
) -> None:
    samples = []
    for x, y, loss in values:
        truth = np.array(loss)
        samples.append(Sample(question.data(UNKNOWN, truth, x, y), truth, call(function, x, y)))
    require_samples(samples, question.variants(UNKNOWN))
