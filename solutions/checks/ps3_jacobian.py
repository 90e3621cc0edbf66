"""Hidden checks of problem set 3, *The Jacobian*."""

from __future__ import annotations

import time

import numpy as np

import reference
from autograder.extend import (
    RTOL,
    Assignment,
    Caller,
    Check,
    Failed,
    Outcome,
    Problem,
    Reply,
    Sample,
    explains,
    mismatch,
)
from autograder.extend.questions import ps2, ps3
from checks.agree import (
    KNOWN,
    Arguments,
    agrees,
    agrees_and_keeps,
    both,
    exact_for_the_impossible,
    nearly_impossible,
    require_exact,
)

KEPT = "one row, and the inputs stay as they are"


def exact_jacobian(call: Caller, rng: np.random.Generator) -> None:
    """Off the diagonal, by the logit of a nearly impossible class."""
    z, g = nearly_impossible(rng)
    s = reference.softmax_forward(z)
    by_it = (g == 0)[:, None, :] & ~np.eye(z.shape[1], dtype=bool)
    require_exact(call("softmax_jacobian", s).answer, reference.softmax_jacobian(s), by_it)


PATIENCE = 4.0
"""Seconds in which the time that a call takes may turn out to grow like c after all."""


def linear_in_c(call: Caller, rng: np.random.Generator) -> None:
    """Right for c = 2048 and 16 c classes in one row, and the cost grows like c.

    One Jacobian with 32768 classes takes 8.6 GB, more than a submission may use. The processor time of the shorter
    calls is counted from outside, so that sleeping makes none longer; 16 times the classes may take up to 64 times as
    much, where c² operations take 256 times as much. Of several calls the shortest counts with more classes, and the
    middle one with fewer, because the kernel may count one too late. Whoever is busy for nothing where there are fewer
    classes is told by a loop in Python over the many, which takes a tenth of the fastest c² operations.
    """
    inputs = [ps2.probabilities_and_upstream(rng, (1, c)).arguments for c in (2048, 16 * 2048)]
    seconds: tuple[list[float], list[float]] = [], []
    started = time.perf_counter()
    while True:
        for size, (s, g) in [*enumerate(inputs[:1])] * 4 + [*enumerate(inputs)]:
            reply = _within_memory(call, s, g)
            seconds[size].append(reply.seconds)
            if problem := mismatch(reply.answer, reference.softmax_backward(s, g), RTOL):
                raise Failed(f"{s.shape[1]} classes: {problem}.", samples=_of_few_classes(s, g, reply))
        few, many = np.median(seconds[0]), min(seconds[1])
        growth = many / max(few, 1e-9) if np.isfinite([few, many]).all() else np.inf
        loops = many / max(_loop_over(*inputs[1]), 1e-9)
        if growth < 64 and loops < 8:
            return
        if time.perf_counter() - started > PATIENCE:
            compared = (
                f"take {growth:.0f} times as long" if growth >= 64 else f"take as long as {loops:.0f} loops over them"
            )
            raise Failed(f"16 times the classes {compared}.", ["forms-the-jacobian"])


def _of_few_classes(s: np.ndarray, g: np.ndarray, reply: Reply) -> list[Sample]:
    """The answer as a sample; none where the Jacobian that a wrong formula may need is too large."""
    if s.shape[1] > 2048 or not explains():
        return []
    truth = reference.softmax_backward(s, g)
    return [Sample(ps3.SOFTMAX_BACKWARD.data(KNOWN, truth, s, g), truth, reply.answer)]


def _loop_over(s: np.ndarray, g: np.ndarray) -> float:
    """The processor time of a loop in Python that computes one row."""
    started = time.thread_time()
    total = 0.0
    for s_j, g_j in zip(s[0], g[0]):
        total += s_j * g_j
    for s_j, g_j in zip(s[0], g[0]):
        s_j * (g_j - total)
    return time.thread_time() - started


def _within_memory(call: Caller, s: np.ndarray, g: np.ndarray) -> Reply:
    try:
        return call("softmax_backward", s, g, timed=True)
    except Failed as failed:
        if failed.outcome is Outcome.STOPPED or "MemoryError" in str(failed):
            raise Failed(f"{s.shape[1]} classes: {failed}", ["forms-the-jacobian"], failed.outcome) from None
        raise


def impossible_probabilities(z: np.ndarray, g: np.ndarray) -> Arguments:
    return reference.softmax_forward(z), g


def impossible_targets(z: np.ndarray, g: np.ndarray) -> Arguments:
    """Targets above 1, so that the upstream gradient has one sign, and 0 for the class that is nearly impossible."""
    return z, np.where(g == 0, 0, 1 + np.abs(g))


LOG_FORWARD = ps3.LOG_SOFTMAX_FORWARD, reference.log_softmax_forward
LOG_BACKWARD = ps3.LOG_SOFTMAX_BACKWARD, reference.log_softmax_backward
JACOBIAN = ps3.SOFTMAX_JACOBIAN, reference.softmax_jacobian
BY_JACOBIAN = ps3.SOFTMAX_BACKWARD_JACOBIAN, reference.softmax_backward
BACKWARD = ps3.SOFTMAX_BACKWARD, reference.softmax_backward
OF_ERROR = ps3.MSE_SOFTMAX_BACKWARD, reference.mse_softmax_backward

ASSIGNMENT = Assignment(
    "ps3_jacobian",
    (
        Problem(
            "log_softmax_forward",
            (
                Check("values of a batch", 2, both(agrees(*LOG_FORWARD), agrees(*LOG_FORWARD, "rows apart"))),
                Check("logits of any size", 2, agrees(*LOG_FORWARD, "any size")),
                Check("logits that are whole numbers", 1, agrees(*LOG_FORWARD, "whole numbers")),
                Check("one row, and the input stays as it is", 1, agrees_and_keeps(*LOG_FORWARD)),
            ),
        ),
        Problem(
            "log_softmax_backward",
            (
                Check(
                    "values of a batch, random upstream",
                    3,
                    both(
                        agrees(*LOG_BACKWARD),
                        agrees(*LOG_BACKWARD, "rows apart"),
                        exact_for_the_impossible(reference.log_softmax_backward, lambda z, g: (z, g)),
                    ),
                ),
                Check("logits of any size", 1, agrees(*LOG_BACKWARD, "any size")),
                Check(KEPT, 1, agrees_and_keeps(*LOG_BACKWARD)),
            ),
        ),
        Problem(
            "softmax_jacobian",
            (
                Check("values of a batch", 3, both(agrees(*JACOBIAN), exact_jacobian)),
                Check("a class of probability 0", 1, agrees(*JACOBIAN, "absent")),
                Check("one row, and the input stays as it is", 1, agrees_and_keeps(*JACOBIAN)),
            ),
        ),
        Problem(
            "softmax_backward_jacobian",
            (
                Check(
                    "values of a batch, random upstream",
                    3,
                    both(
                        agrees(*BY_JACOBIAN),
                        exact_for_the_impossible(
                            reference.softmax_backward,
                            impossible_probabilities,
                            function="softmax_backward_jacobian",
                            spare_clipping=True,
                        ),
                    ),
                ),
                Check("a class of probability 0", 1, agrees(*BY_JACOBIAN, "absent")),
                Check(KEPT, 1, agrees_and_keeps(*BY_JACOBIAN)),
            ),
        ),
        Problem(
            "softmax_backward",
            (
                Check(
                    "values of a batch, random upstream",
                    2,
                    both(
                        agrees(*BACKWARD),
                        exact_for_the_impossible(
                            reference.softmax_backward, impossible_probabilities, spare_clipping=True
                        ),
                    ),
                ),
                Check("time and memory grow like c", 2, linear_in_c),
                Check("a class of probability 0", 1, agrees(*BACKWARD, "absent")),
                Check(KEPT, 1, agrees_and_keeps(*BACKWARD)),
            ),
        ),
        Problem(
            "mse_softmax_backward",
            (
                Check(
                    "values of a batch",
                    3,
                    both(
                        agrees(*OF_ERROR),
                        agrees(*OF_ERROR, "rows apart"),
                        exact_for_the_impossible(reference.mse_softmax_backward, impossible_targets),
                    ),
                ),
                Check("logits of any size", 1, agrees(*OF_ERROR, "any size")),
                Check(KEPT, 1, agrees_and_keeps(*OF_ERROR)),
            ),
        ),
    ),
)
