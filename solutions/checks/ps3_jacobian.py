"""Hidden checks of problem set 3, *The Jacobian*."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import numpy as np

import reference
from checks.agree import (
    Arguments,
    Inputs,
    Make,
    Right,
    agrees,
    agrees_and_keeps,
    agrees_at_large_logits,
    both,
    exact_for_the_impossible,
    nearly_impossible,
    require_exact,
)
from checks.protocol import RTOL, Assignment, Caller, Check, Failed, Outcome, Problem, Reply, Run, require_samples
from missingsum.comparison import Shape, mismatch
from missingsum.diagnosis import Sample
from missingsum.variants import (
    Case,
    Product,
    batch_jacobian_variants,
    integer_array_variants,
    log_softmax_backward_variants,
    log_softmax_forward_variants,
    mse_softmax_variants,
    product_variants,
)

SHAPES = ((5, 7), (4, 3))  # n ≠ c, neither of them 2
SQUARE = ((5, 5), (3, 3))  # where a lost axis goes unnoticed, for who raises with the others


def logits(rng: np.random.Generator, shape: Shape) -> np.ndarray:
    return rng.normal(size=shape, scale=1.5) + rng.normal()


def logits_and(make: Callable[[np.random.Generator, Shape], np.ndarray]) -> Make:
    """Logits, and a second array of their shape."""
    return lambda rng, shape: (logits(rng, shape), make(rng, shape))


def gaussian(rng: np.random.Generator, shape: Shape) -> np.ndarray:
    return rng.normal(size=shape)


def any_targets(rng: np.random.Generator, shape: Shape) -> np.ndarray:
    return rng.uniform(0.1, 1.5, size=shape)


def probabilities_and_upstream(rng: np.random.Generator, shape: Shape) -> tuple[np.ndarray, np.ndarray]:
    return reference.softmax_forward(logits(rng, shape)), rng.normal(size=shape)


def batches(make: Make, shapes: Iterable[Shape] = SHAPES) -> Inputs:
    return lambda rng: [make(rng, shape) for shape in shapes]


def one_row(make: Make) -> Callable[[np.random.Generator], Arguments]:
    return lambda rng: make(rng, (1, 5))


# --- softmax_jacobian(s) ----------------------------------------------------------------------------------------------


def jacobian_data(s: np.ndarray) -> Product:
    return Product(reference.softmax_jacobian(s), s, np.zeros_like(s))


def absent_class(right: Right, function: str = "", upstream: bool = False) -> Run:
    """One row with a class of probability exactly 0."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        s = reference.softmax_forward(np.array([[0.0, -800.0, 1.0, -800.0]]) + rng.normal(size=(1, 4)))
        arguments = (s, rng.normal(size=(1, 4))) if upstream else (s,)
        require_samples([Sample(None, right(*arguments), call(function or right.__name__, *arguments).answer)], ())

    return run


def exact_jacobian(call: Caller, rng: np.random.Generator) -> None:
    """Off the diagonal, by the logit of a nearly impossible class."""
    z, g = nearly_impossible(rng)
    s = reference.softmax_forward(z)
    by_it = (g == 0)[:, None, :] & ~np.eye(z.shape[1], dtype=bool)
    require_exact(call("softmax_jacobian", s).answer, reference.softmax_jacobian(s), by_it)


# --- softmax_backward_jacobian(s, g) and softmax_backward(s, g) -------------------------------------------------------


def product_data(s: np.ndarray, g: np.ndarray) -> Product:
    return Product(reference.softmax_jacobian(s), s, g)


def impossible_probabilities(z: np.ndarray, g: np.ndarray) -> Arguments:
    return reference.softmax_forward(z), g


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
    inputs = [probabilities_and_upstream(rng, (1, c)) for c in (2048, 16 * 2048)]
    seconds: tuple[list[float], list[float]] = [], []
    started = time.perf_counter()
    while True:
        for size, (s, g) in [*enumerate(inputs[:1])] * 4 + [*enumerate(inputs)]:
            reply = _within_memory(call, s, g)
            seconds[size].append(reply.seconds)
            if problem := mismatch(reply.answer, reference.softmax_backward(s, g), RTOL):
                raise Failed(f"{s.shape[1]} classes: {problem}.")
        few, many = np.median(seconds[0]), min(seconds[1])
        growth = many / max(few, 1e-9) if np.isfinite([few, many]).all() else np.inf
        loops = many / _loop_over(*inputs[1])
        if growth < 64 and loops < 8:
            return
        if time.perf_counter() - started > PATIENCE:
            compared = (
                f"take {growth:.0f} times as long" if growth >= 64 else f"take as long as {loops:.0f} loops over them"
            )
            raise Failed(f"16 times the classes {compared}.", ["forms-the-jacobian"])


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


# --- log_softmax_forward(z) and log_softmax_backward(z, g) ------------------------------------------------------------


def log_softmax_data(z: np.ndarray) -> Case:
    return Case(reference.log_softmax_forward(z), s=reference.softmax_forward(z), z=z)


def log_softmax_product(z: np.ndarray, g: np.ndarray) -> Case:
    return Case(reference.log_softmax_backward(z, g), s=reference.softmax_forward(z), z=z, g=g)


def forward_values(call: Caller, rng: np.random.Generator) -> None:
    """Batches with n ≠ c, and one with a row around 400 and one around -400."""
    agrees(
        reference.log_softmax_forward,
        lambda rng: [(logits(rng, shape),) for shape in SHAPES],
        log_softmax_data,
        lambda: log_softmax_forward_variants(reference.softmax_forward),
        square=lambda rng: [(logits(rng, shape),) for shape in SQUARE],
    )(call, rng)
    z = logits(rng, (2, 5)) + np.array([[400.0], [-400.0]])
    answer = call("log_softmax_forward", z).answer
    if problem := mismatch(answer, reference.log_softmax_forward(z), RTOL):
        raise Failed(f"rows 800 apart: {problem}.", ["max-of-all"] if np.isinf(answer).any() else ())


def whole_numbers(rng: np.random.Generator) -> list[Arguments]:
    """Logits of an integer type, a row at a time."""
    return [(rng.integers(-3, 4, size=(1, c)),) for c in (4, 6)]


# --- mse_softmax_backward(z, y) ---------------------------------------------------------------------------------------


def impossible_targets(z: np.ndarray, g: np.ndarray) -> Arguments:
    """Targets above 1, so that the upstream gradient has one sign, and 0 for the class that is nearly impossible."""
    return z, np.where(g == 0, 0, 1 + np.abs(g))


def mse_softmax_data(z: np.ndarray, y: np.ndarray) -> Product:
    s = reference.softmax_forward(z)
    return Product(reference.softmax_jacobian(s), s, (s - y) / len(z), z)


ASSIGNMENT = Assignment(
    "ps3_jacobian",
    (
        Problem(
            "log_softmax_forward",
            (
                Check("values of a batch", 2, forward_values),
                Check(
                    "logits of any size",
                    2,
                    agrees_at_large_logits(reference.log_softmax_forward, underflow="log-of-zero"),
                ),
                Check(
                    "logits that are whole numbers",
                    1,
                    agrees(reference.log_softmax_forward, whole_numbers, log_softmax_data, integer_array_variants),
                ),
                Check(
                    "one row, and the input stays as it is",
                    1,
                    agrees_and_keeps(reference.log_softmax_forward, lambda rng: (logits(rng, (1, 5)),)),
                ),
            ),
        ),
        Problem(
            "log_softmax_backward",
            (
                Check(
                    "values of a batch, random upstream",
                    3,
                    both(
                        agrees(
                            reference.log_softmax_backward,
                            batches(logits_and(gaussian)),
                            log_softmax_product,
                            lambda: log_softmax_backward_variants(reference.softmax_forward),
                            square=batches(logits_and(gaussian), SQUARE),
                        ),
                        exact_for_the_impossible(reference.log_softmax_backward, lambda z, g: (z, g)),
                    ),
                ),
                Check(
                    "logits of any size",
                    1,
                    agrees_at_large_logits(reference.log_softmax_backward, lambda rng, z: (gaussian(rng, z.shape),)),
                ),
                Check(
                    "one row, and the inputs stay as they are",
                    1,
                    agrees_and_keeps(reference.log_softmax_backward, one_row(logits_and(gaussian))),
                ),
            ),
        ),
        Problem(
            "softmax_jacobian",
            (
                Check(
                    "values of a batch",
                    3,
                    both(
                        agrees(
                            reference.softmax_jacobian,
                            lambda rng: [probabilities_and_upstream(rng, s)[:1] for s in SHAPES],
                            jacobian_data,
                            batch_jacobian_variants,
                        ),
                        exact_jacobian,
                    ),
                ),
                Check("a class of probability 0", 1, absent_class(reference.softmax_jacobian)),
                Check(
                    "one row, and the input stays as it is",
                    1,
                    agrees_and_keeps(
                        reference.softmax_jacobian, lambda rng: probabilities_and_upstream(rng, (1, 5))[:1]
                    ),
                ),
            ),
        ),
        Problem(
            "softmax_backward_jacobian",
            (
                Check(
                    "values of a batch, random upstream",
                    3,
                    both(
                        agrees(
                            reference.softmax_backward,
                            batches(probabilities_and_upstream),
                            product_data,
                            product_variants,
                            function="softmax_backward_jacobian",
                        ),
                        exact_for_the_impossible(
                            reference.softmax_backward,
                            impossible_probabilities,
                            function="softmax_backward_jacobian",
                            spare_clipping=True,
                        ),
                    ),
                ),
                Check(
                    "a class of probability 0",
                    1,
                    absent_class(reference.softmax_backward, "softmax_backward_jacobian", upstream=True),
                ),
                Check(
                    "one row, and the inputs stay as they are",
                    1,
                    agrees_and_keeps(
                        reference.softmax_backward,
                        one_row(probabilities_and_upstream),
                        function="softmax_backward_jacobian",
                    ),
                ),
            ),
        ),
        Problem(
            "softmax_backward",
            (
                Check(
                    "values of a batch, random upstream",
                    2,
                    both(
                        agrees(
                            reference.softmax_backward,
                            batches(probabilities_and_upstream),
                            product_data,
                            product_variants,
                            square=batches(probabilities_and_upstream, SQUARE),
                        ),
                        exact_for_the_impossible(
                            reference.softmax_backward, impossible_probabilities, spare_clipping=True
                        ),
                    ),
                ),
                Check("time and memory grow like c", 2, linear_in_c),
                Check("a class of probability 0", 1, absent_class(reference.softmax_backward, upstream=True)),
                Check(
                    "one row, and the inputs stay as they are",
                    1,
                    agrees_and_keeps(reference.softmax_backward, one_row(probabilities_and_upstream)),
                ),
            ),
        ),
        Problem(
            "mse_softmax_backward",
            (
                Check(
                    "values of a batch",
                    3,
                    both(
                        agrees(
                            reference.mse_softmax_backward,
                            batches(logits_and(any_targets)),
                            mse_softmax_data,
                            lambda: mse_softmax_variants(reference.softmax_forward),
                            square=batches(logits_and(any_targets), SQUARE),
                        ),
                        exact_for_the_impossible(reference.mse_softmax_backward, impossible_targets),
                    ),
                ),
                Check(
                    "logits of any size",
                    1,
                    agrees_at_large_logits(reference.mse_softmax_backward, lambda rng, z: (any_targets(rng, z.shape),)),
                ),
                Check(
                    "one row, and the inputs stay as they are",
                    1,
                    agrees_and_keeps(reference.mse_softmax_backward, one_row(logits_and(any_targets))),
                ),
            ),
        ),
    ),
)
