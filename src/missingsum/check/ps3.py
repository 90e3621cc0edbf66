"""Local checks of problem set 3, *The Jacobian*.

Nothing here knows the answers. `log_softmax_forward` is held to probabilities known beforehand. Everything else is
measured with central differences of the student's own `log_softmax_forward`, once that has passed.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from missingsum.check.report import Report, Wrong
from missingsum.check.running import call, local_check
from missingsum.check.shared import measured_product, passed, require, require_row_sums, require_shape
from missingsum.clock import TICK, thread_time
from missingsum.questions import Input, Known, Question, ps3


@local_check
def log_softmax_forward(function: Callable, report: Report) -> None:
    """Check ``log_softmax_forward(z)``: (n, c) → (n, c), ln s for the logits z = ln s + a number for each row."""
    question, rng = ps3.LOG_SOFTMAX_FORWARD, np.random.default_rng(1)

    def known_beforehand(made: Input) -> np.ndarray:
        return made.made_of

    with report.step("logits ln s + a number: the answer is ln s"):
        require(function, question, "batch", rng, known_beforehand)
    with report.step("the exponentials of each row sum to 1"), np.errstate(all="ignore"):
        z = question.inputs["batch"](rng)[0].arguments[0]
        log_s = call(function, z)
        require_shape(log_s, z.shape)
        require_row_sums(np.exp(log_s))
    with report.step("logits of any size"):
        for kind in ("rows apart", "any size"):
            require(function, question, kind, rng, known_beforehand, rtol=1e-9)
    with report.step("logits that are whole numbers"):

        def of_floats(made: Input) -> np.ndarray:
            z = made.arguments[0].astype(float)
            answer = call(function, z)
            require_shape(answer, z.shape)
            return answer

        require(function, question, "whole numbers", rng, of_floats)


@local_check
def log_softmax_backward(function: Callable, report: Report) -> None:
    """Check ``log_softmax_backward(z, g)``: (n, c), the vector-Jacobian product of log_softmax_forward."""
    forward = passed(function, "log_softmax_forward", log_softmax_forward, report)
    known, rng = _measured(forward), np.random.default_rng(2)

    def truth(made: Input) -> np.ndarray:
        return measured_product(forward, *made.arguments)

    with report.step("a batch, random g, against central differences"):
        require(function, ps3.LOG_SOFTMAX_BACKWARD, "batch", rng, truth, known)
    with report.step("logits of any size, against central differences"):
        for kind in ("rows apart", "any size"):
            require(function, ps3.LOG_SOFTMAX_BACKWARD, kind, rng, truth, known)


@local_check
def softmax_jacobian(function: Callable, report: Report) -> None:
    """Check ``softmax_jacobian(s)``: (n, c) → (n, c, c), the Jacobian of exp(log_softmax_forward(z))."""
    known = _measured(passed(function, "log_softmax_forward", log_softmax_forward, report))
    question, rng = ps3.SOFTMAX_JACOBIAN, np.random.default_rng(3)
    with report.step("a batch, against central differences"):
        require(function, question, "batch", rng, lambda made: known.jacobian(*made.arguments), known)
    with report.step("a class of probability 0: no nan"):

        def without_the_class(made: Input) -> np.ndarray:
            J = call(function, *made.made_of)
            require_shape(J, (1, 2, 2))
            return np.pad(J, ((0, 0), (0, 2), (0, 2)))

        require(function, question, "absent", rng, without_the_class, known)


@local_check
def softmax_backward_jacobian(function: Callable, report: Report) -> None:
    """Check ``softmax_backward_jacobian(s, g)``: (n, c), the vector-Jacobian product of exp(log_softmax_forward(z))."""
    _check_product(function, ps3.SOFTMAX_BACKWARD_JACOBIAN, report)


@local_check
def softmax_backward(function: Callable, report: Report) -> None:
    """Check ``softmax_backward(s, g)``: (n, c), the same, in time proportional to c."""
    _check_product(function, ps3.SOFTMAX_BACKWARD, report)
    with report.step("16 times the classes take about 16 times as long, not 256 times"):
        if report.failed:
            raise Wrong("not measured: see above")
        for few in (256, 2048):  # with more classes a whole Jacobian fills the memory, and a loop over j shows
            growth = _growth(function, few)
            if growth > 64:
                raise Wrong(
                    f"from {few} to {16 * few} classes the time grows {growth:.0f} times", ["forms-the-jacobian"]
                )


@local_check
def mse_softmax_backward(function: Callable, report: Report) -> None:
    """Check ``mse_softmax_backward(z, y)``: dL/dz of L = (1/n) Σ ½ (s - y)², with s = exp(log_softmax_forward(z))."""
    known = _measured(passed(function, "log_softmax_forward", log_softmax_forward, report))
    question, rng = ps3.MSE_SOFTMAX_BACKWARD, np.random.default_rng(5)

    def truth(made: Input) -> np.ndarray:
        return question.data(known, None, *made.arguments).value

    with report.step("a batch, against central differences"):
        require(function, question, "batch", rng, truth, known)
    with report.step("logits of any size, against central differences"):
        for kind in ("rows apart", "any size"):
            require(function, question, kind, rng, truth, known)


def _measured(log_softmax: Callable) -> Known:
    """Softmax as the exponential of the student's log-softmax, and its Jacobian by differences."""
    return Known.measured(lambda z: np.exp(log_softmax(z)))


def _check_product(function: Callable, question: Question, report: Report) -> None:
    known = _measured(passed(function, "log_softmax_forward", log_softmax_forward, report))
    rng = np.random.default_rng(4)

    def truth(made: Input) -> np.ndarray:
        return question.data(known, None, *made.arguments).value

    with report.step("a batch, random g, against central differences"):
        require(function, question, "batch", rng, truth, known)
    with report.step("a class of probability 0: no nan"):

        def without_the_class(made: Input) -> np.ndarray:
            answer = call(function, *made.made_of)
            require_shape(answer, (1, 2))
            return np.pad(answer, ((0, 0), (0, 2)))

        require(function, question, "absent", rng, without_the_class, known)


def _growth(function: Callable, few: int) -> float:
    """How many times as long 16 times the classes take: the fastest of several calls, lest other work count."""
    inputs = [(np.full((1, c), 1 / c), np.linspace(-1, 1, c)[None]) for c in (few, 16 * few)]
    fastest, growth = [np.inf, np.inf], np.inf
    begin = time.perf_counter()
    while growth > 64 and time.perf_counter() - begin < 0.3:
        for size, (s, g) in [*enumerate(inputs[:1])] * 5 + [*enumerate(inputs)]:
            started = thread_time()  # in which sleeping takes none
            call(function, s, g)
            fastest[size] = min(fastest[size], thread_time() - started)
        growth = fastest[1] / (fastest[0] or TICK)
    return growth
