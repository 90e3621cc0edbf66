"""Checks of one kind: on fresh inputs of a question, a student's function agrees with the reference.

A check of a whole batch and checks of single rows stand side by side: who goes wrong only in a batch (a sum over the
wrong axis, a forgotten mean) keeps the points for what is right in one row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import reference
from autograder.extend import (
    CLEAR,
    EXPLAINED_TO,
    RTOL,
    Answer,
    Caller,
    Failed,
    Finding,
    Input,
    Known,
    Outcome,
    Question,
    Run,
    Sample,
    at_special_inputs,
    cancelled,
    explains,
    find,
    find_where_it_fits,
    mismatch,
    nearly_right,
    not_real_numbers,
    require_inputs_unchanged,
)

Arguments = tuple[Any, ...]
Right = Callable[..., Any]
"""A function of the reference."""

KNOWN = Known(reference.softmax_forward, reference.softmax_jacobian)
RTOL32 = 2e-5
"""For answers to float32 inputs, whose rounding errors are about 1e-7."""


def agrees(
    question: Question, right: Right, kind: str = "batch", *, rtol: float = EXPLAINED_TO, clear: float = CLEAR
) -> Run:
    """The student's function gives the same as ``right`` for all inputs of this kind.

    If it raises there, its answers to other inputs explain it. What is named explains inputs that are drawn again as
    well: in one draw another mistake may give the same. ``rtol`` and ``clear`` are those of `find`.
    """

    def run(call: Caller, rng: np.random.Generator) -> None:
        def sample(made: Input) -> Sample:
            return sample_of(question, right, made, call)

        def explained() -> Finding:
            if not explains():
                return Finding()
            try:
                beside = [sample(made) for made in question.draw_beside(kind, rng)]
                times = 1 if any(map(is_something, samples)) else MORE
                beside += [sample(made) for _ in range(times) for made in question.inputs[kind](rng)]
            except Failed:
                beside = []
            found = find([*samples, *beside], question.ways(kind, inputs, KNOWN), rtol, clear)
            return found or nearly_right(samples)

        inputs, samples = ask(question, kind, rng, sample, KNOWN)
        require_agreement(inputs, samples, explained)

    return run


MORE = 4
"""Times that inputs are drawn where all answers are 0: a sum that cancels leaves rounding in one of them, or more."""


def is_something(sample: Sample) -> bool:
    """Whether the answer is not 0 throughout."""
    return bool(not_real_numbers(sample.answer, np.shape(sample.truth))) or bool(np.any(sample.answer))


def ask(
    question: Question, kind: str, rng: np.random.Generator, sample: Callable[[Input], Sample], known: Any
) -> tuple[Sequence[Input], list[Sample]]:
    """Inputs of this kind and their samples; if the function raises there, its answers to others explain it."""
    inputs = question.inputs[kind](rng)
    try:
        return inputs, [sample(made) for made in inputs]
    except Failed as failed:
        if failed.outcome is not Outcome.RAISED:
            raise
        others = [made for _ in range(2) for made in question.draw_instead(kind, rng)]  # one alone may show too little
        try:
            found = find_where_it_fits(
                [sample(made) for made in others],
                question.ways(kind, others, known),
                lambda: question.data_that_fit_nowhere(kind, inputs, known),
            )
        except Failed:
            found = Finding()
        raise Failed(str(failed), found, failed.outcome) from None


def sample_of(question: Question, right: Right, made: Input, call: Caller) -> Sample:
    """The student's answer to this input, beside the right one."""
    truth = right(*made.arguments)
    return Sample(question.data(KNOWN, truth, *made.arguments), truth, call(question.function, *made.arguments).answer)


def require_agreement(
    inputs: Sequence[Input], samples: Sequence[Sample], explained: Callable[[], Finding | Sequence[str]]
) -> None:
    """Every answer equals its truth; or `Failed`, with what is special about the input.

    What is only nearly right is told if nothing else is wrong.
    """
    wrong = [
        (made, sample, problem)
        for made, sample in zip(inputs, samples)
        if (problem := mismatch(sample.answer, sample.truth, RTOL))
    ]
    for made, sample, problem in sorted(wrong, key=lambda each: is_near(each[1])):
        broken = made.not_finite and overflows(sample.answer, sample.truth)
        name = f"{made.name}: " if made.name else ""
        found = at_special_inputs(made.not_finite) if broken else explained()
        raise Failed(f"{name}{problem}.", found, samples=samples)


def is_near(sample: Sample) -> bool:
    """Whether the answer is right to six digits."""
    if not_real_numbers(sample.answer, np.shape(sample.truth)):
        return False
    return np.allclose(sample.answer, sample.truth, rtol=0, atol=1e-6 * np.abs(sample.truth).max(initial=0))


def agrees_and_keeps(question: Question, right: Right, kind: str = "row") -> Run:
    """The student's function gives the same and leaves its arguments as they are."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        for made in question.inputs[kind](rng):
            reply, truth = call(question.function, *made.arguments), right(*made.arguments)
            sample = Sample(question.data(KNOWN, truth, *made.arguments), truth, reply.answer)
            require_agreement([made], [sample], tuple)
            require_inputs_unchanged(reply, *made.arguments)

    return run


def agrees_in_float32(question: Question, right: Right) -> Run:
    """The same for float32 logits around ±10000, which lie 0.001 apart, to the accuracy that float32 allows."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        for made in question.inputs["float32"](rng):
            z, *others = made.arguments
            answer, exact = call(question.function, z, *others).answer, (z.astype(np.float64), *others)
            truth = right(*exact)
            if problem := mismatch(answer, truth, RTOL32):
                sample = Sample(question.data(KNOWN, truth, *exact), truth, answer, RTOL32)
                broken = made.not_finite and overflows(answer, truth)
                slips = ["cancellation"] if cancelled(answer, truth, z) else []
                found = at_special_inputs(made.not_finite) if broken else slips
                raise Failed(f"{made.name}: {problem}.", found, samples=[sample])

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
