"""Checks of one kind: on fresh inputs, a student's function agrees with the reference.

A check of a whole batch and checks of single rows stand side by side: who goes wrong only in a batch (a sum over the
wrong axis, a forgotten mean) keeps the points for what is right in one row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

import reference
from checks.protocol import RTOL, Caller, Failed, Outcome, Run, explained, require_inputs_unchanged, require_samples
from missingsum.comparison import Answer, Shape, mismatch, not_real_numbers
from missingsum.diagnosis import Finding, Sample, Variant, find

Arguments = tuple[Any, ...]
Inputs = Callable[[np.random.Generator], Iterable[Arguments]]
Make = Callable[[np.random.Generator, Shape], Arguments]
"""Makes the arguments of one call, of arrays of this shape."""
Right = Callable[..., Any]
"""A function of the reference."""

RTOL32 = 2e-5
"""For answers to float32 inputs, whose rounding errors are about 1e-7."""


def agrees(
    right: Right,
    inputs: Inputs,
    data: Callable[..., object],
    variants: Callable[[], Iterable[Variant]],
    *,
    function: str = "",
    square: Inputs = lambda rng: (),
) -> Run:
    """The student's function of the name of ``right`` gives the same for all ``inputs``.

    ``data(*arguments)`` is what ``variants`` explain a wrong answer with; ``square`` inputs are for
    `with_square_inputs`.
    """
    name = function or right.__name__

    def run(call: Caller, rng: np.random.Generator) -> None:
        def sample(*arguments: Any) -> Sample:
            return Sample(data(*arguments), right(*arguments), call(name, *arguments).answer)

        with_square_inputs(sample, inputs(rng), square(rng), variants)

    return run


def with_square_inputs(
    sample: Callable[..., Sample],
    inputs: Iterable[Arguments],
    square: Iterable[Arguments],
    variants: Callable[[], Iterable[Variant]],
    rtol: float = RTOL,
) -> None:
    """`require_samples` for ``inputs``; if the function raises there, its answers to ``square`` ones explain it."""
    try:
        samples = [sample(*arguments) for arguments in inputs]
    except Failed as failed:
        if failed.outcome is not Outcome.RAISED:
            raise
        try:
            found = find([sample(*arguments) for arguments in square], variants())
        except Failed:
            found = Finding()
        raise explained(str(failed), found, failed.outcome) from None
    require_samples(samples, variants(), rtol)


def agrees_and_keeps(right: Right, inputs: Callable[[np.random.Generator], Arguments], *, function: str = "") -> Run:
    """The student's function gives the same and leaves its arguments as they are."""
    name = function or right.__name__

    def run(call: Caller, rng: np.random.Generator) -> None:
        arguments = inputs(rng)
        reply = call(name, *arguments)
        require_samples([Sample(None, right(*arguments), reply.answer)], ())
        require_inputs_unchanged(reply, *arguments)

    return run


def agrees_at_large_logits(
    right: Right,
    rest: Callable[[np.random.Generator, np.ndarray], Arguments] = lambda rng, z: (),
    *,
    underflow: str = "",
) -> Run:
    """The same for rows far above 0, far below 0, and with logits far apart: the answer must be finite, and right.

    ``rest(rng, z)`` are the arguments beside z; ``underflow`` is the slip of who gets no finite answer where logits are
    far apart. In every row two classes share the probability, so that no right answer is 0 throughout.
    """

    def run(call: Caller, rng: np.random.Generator) -> None:
        cases = (
            ("far apart", np.array([[0.0, -2000.0, 3.0, -900.0]]) + rng.normal(size=(1, 4)), underflow),
            ("around 1000", 1000 + rng.normal(size=(1, 5), scale=3), "no-max"),
            ("around -10000", -1e4 + rng.normal(size=(1, 4), scale=3), "max-with-zero"),
            (
                "between -10000 and 10000",
                np.array([[9999.0, -1e4, 9998.0, 0.0, -9000.0]]) + rng.normal(size=(1, 5)),
                underflow,
            ),
        )
        for name, z, slip in cases:
            arguments = (z, *rest(rng, z))
            answer, truth = call(right.__name__, *arguments).answer, right(*arguments)
            if problem := mismatch(answer, truth, RTOL):
                raise Failed(f"logits {name}: {problem}.", [slip] if slip and overflows(answer, truth) else ())

    return run


def agrees_in_float32(
    right: Right, rest: Callable[[np.random.Generator, np.ndarray], Arguments] = lambda rng, z: ()
) -> Run:
    """The same for float32 logits around 10000, which lie 0.001 apart, to the accuracy that float32 allows."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        offset = np.float32(1e4)
        for _ in range(2):
            z = offset + rng.normal(size=(1, 5), scale=2).astype(np.float32)
            others = [_as_float32(argument) for argument in rest(rng, z)]
            answer, truth = call(right.__name__, z, *others).answer, right(z.astype(np.float64), *others)
            if problem := mismatch(answer, truth, RTOL32):
                near = not not_real_numbers(answer, np.shape(truth)) and np.abs(answer - truth).max() < 4 * np.spacing(
                    offset
                )
                raise Failed(f"float32 logits around {offset:g}: {problem}.", ["cancellation"] if near else ())

    return run


RARE = 45.0
"""How far below the largest logit a nearly impossible class is: its probability is about 1e-20."""


def nearly_impossible(rng: np.random.Generator, n: int = 2, c: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Logits (n, c) with a nearly impossible class in each row, and upstream gradients that are 0 there.

    The others have one sign in each row, which keeps g · s, and with it the gradient of that class, away from 0.
    """
    z, g = rng.normal(size=(n, c)), rng.uniform(0.5, 1.5, size=(n, c)) * rng.choice([-1.0, 1.0], size=(n, 1))
    rows, classes = np.arange(n), rng.permutation(c)[:n]
    z[rows, classes] = -np.inf
    z[rows, classes] = z.max(axis=1) - RARE - rng.uniform(size=n)
    g[rows, classes] = 0
    return z, g


def require_exact(answer: Answer, truth: np.ndarray, entries: np.ndarray) -> None:
    """These ``entries`` of the answer equal the truth, each relative to itself; otherwise `Failed`.

    The gradient of a class of probability s_j, whose upstream gradient is 0, is the missing sum alone, -s_j (g · s):
    whoever differentiates gets it to the last digits, however small, and whoever measures gets the rounding of f.
    """
    if problem := not_real_numbers(answer, np.shape(truth)):
        raise Failed(f"{problem}.")
    off = entries & ~(np.abs(answer - truth) <= RTOL * np.abs(truth))
    if off.any():
        where = tuple(int(k) for k in np.argwhere(off)[0])
        raise Failed(
            f"entry {list(where)} is {float(answer[where]):.6g}; it should be {truth[where]:.6g}: "
            "inexact where a class is nearly impossible: measured, clipped or rounded?"
        )


def exact_for_the_impossible(
    right: Right,
    arguments: Callable[[np.ndarray, np.ndarray], Arguments],
    *,
    function: str = "",
    rows: int = 2,
    spare_clipping: bool = False,
) -> Run:
    """The gradient is exact at classes that are nearly impossible, for ``arguments(z, g)`` of `nearly_impossible`.

    Where clipping has a check of its own it is spared here: it shows by the same probability in both rows.
    """
    name = function or right.__name__

    def run(call: Caller, rng: np.random.Generator) -> None:
        z, g = nearly_impossible(rng, rows)
        given = arguments(z, g)
        answer, truth = call(name, *given).answer, right(*given)
        if spare_clipping and not not_real_numbers(answer, np.shape(truth)):
            used = reference.softmax_forward(z)[g == 0] * answer[g == 0] / truth[g == 0]
            if used[0] > 0 and np.ptp(used) <= 1e-6 * used[0]:
                return
        require_exact(answer, truth, g == 0)

    return run


def both(*runs: Run) -> Run:
    """One check after the other."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        for each in runs:
            each(call, rng)

    return run


def _as_float32(argument: Any) -> Any:
    return argument.astype(np.float32) if isinstance(argument, np.ndarray) and argument.dtype.kind == "f" else argument


def divides_zeros(answer: Answer, truth: np.ndarray, zeros: np.ndarray) -> bool:
    """Whether the answer is right but for nan where one of its inputs is 0."""
    return (
        not not_real_numbers(answer, np.shape(truth))
        and np.array_equal(np.isnan(answer), zeros)
        and mismatch(np.where(zeros, truth, answer), truth, RTOL) is None
    )


def overflows(answer: Answer, truth: np.ndarray) -> bool:
    """Whether the answer is of the right form and some of its numbers are nan or infinite."""
    return not not_real_numbers(answer, np.shape(truth)) and not np.isfinite(answer).all()
