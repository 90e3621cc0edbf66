"""What a hidden check is, and the few ways in which checks look at an answer.

A check calls a student's functions through a `Caller` and raises `Failed` when something is wrong. It holds no more
than one thing against the student: a condition such as "the inputs stay as they are" is checked together with the right
value, so that a function which returns nothing right earns nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

import numpy as np

from missingsum.comparison import Answer, mismatch, not_real_numbers
from missingsum.diagnosis import Sample, Variant, find, nearly_right
from missingsum.explain.finding import Finding
from missingsum.slips import Slip

RTOL = 1e-9
"""Relative to the largest entry of the row; a right float64 answer is good to about 1e-13 at these inputs."""


EXPLAINED_TO = 1e-8
"""How near a formula must come to the answers that it explains: nearer than what is computed in float32 on the way."""


class Outcome(StrEnum):
    """What became of a check."""

    PASSED = "passed"
    WRONG = "wrong"
    """an answer came, and it is not right"""
    RAISED = "raised"
    """the function, or the cell that defines it, raised an exception"""
    STOPPED = "stopped"
    """it took too long or too much, or ended its process"""
    MISSING = "missing"
    """there is no such function, or it is as it was handed out"""
    UNREADABLE = "unreadable"
    """the submission as a whole could not be read"""
    FAULT = "fault"
    """the grader itself failed; no final verdict"""


class Failed(Exception):
    """A check did not pass: what was seen, in a sentence for the student, and the ids of the slips that explain it.

    Of a finding, the details go into the message. ``samples`` are the answers that were looked at, of which all may be
    explained by what is found in another check of the same function.
    """

    def __init__(
        self,
        message: str,
        slips: Sequence[str] | Finding = (),
        outcome: Outcome = Outcome.WRONG,
        samples: Sequence[Sample] = (),
    ):
        self.found = slips if isinstance(slips, Finding) else Finding(tuple(slips))
        super().__init__(message)
        self.outcome, self.samples = outcome, tuple(samples)

    def __str__(self) -> str:
        return self.with_details(self.found)

    def with_details(self, found: Finding) -> str:
        """What was seen, and what ``found`` says of it."""
        return f"{self.args[0]} {found.text}".strip()

    @property
    def slips(self) -> tuple[str, ...]:
        return self.found.slips

    def of(self, part: str, otherwise: Sequence[str] = ()) -> Failed:
        """The same about one ``part`` of what is returned; ``otherwise`` explains what nothing else does."""
        failed = Failed(f"{part}: {self.args[0]}", otherwise, self.outcome, self.samples)
        failed.found = self.found or failed.found
        return failed


def explained_beside(failures: Sequence[Failed | None]) -> list[Finding]:
    """What explains each check of one function: of all that was found, what explains most checks, or its own.

    A check of one row, or of what only its own inputs show, has no two samples to find a formula from, or finds one
    that other inputs do not bear out. What is tentative is told if all else is explained.
    """
    own = [failed.found if failed else Finding() for failed in failures]
    reach = {
        j: [found is own[k] or bool(failed and found.explains(failed.samples)) for k, failed in enumerate(failures)]
        for j, found in enumerate(own)
        if found and not found.presumed
    }
    explained = []
    for k, failed in enumerate(failures):
        if failed is None or failed.outcome is not Outcome.WRONG or (own[k] and not own[k].gives_way):
            explained.append(own[k])
            continue
        best = max(
            (j for j in reach if reach[j][k] and (k not in reach or j <= k or len(own[j].slips) <= len(own[k].slips))),
            key=lambda j: sum(reach[j]),
            default=k,
        )
        explained.append(own[k] if best == k else replace(own[best], details=()))
    unexplained = [
        failed for failed, found in zip(failures, explained) if failed and failed.outcome is Outcome.WRONG and not found
    ]
    left, names = sum(bool(failed.samples) for failed in unexplained), [found.slips for found in explained]
    return [
        Finding() if (found.tentative and unexplained) or found.by_chance(names.count(found.slips), left) else found
        for found in explained
    ]


@dataclass(frozen=True)
class Reply:
    """What came back from one call: the answer, and the arguments as they were after it.

    ``seconds`` is the processor time that a timed call took, of all threads, counted from outside.
    """

    answer: Answer
    arguments: tuple[Any, ...]
    seconds: float = 0.0


class Caller(Protocol):
    """Calls a student's function by name; raises `Failed` if it is missing, raises, hangs or floods its output.

    Functions among the ``arguments`` stay with the judge: the student's function can call them, and nothing else. The
    call may take ``patience`` times the usual seconds. A ``fresh`` call meets nothing that earlier ones left behind:
    the cells have run anew.
    """

    def __call__(
        self, function: str, *arguments: Any, patience: float = 1, fresh: bool = False, timed: bool = False
    ) -> Reply: ...


@runtime_checkable
class CallerOfMany(Caller, Protocol):
    """A `Caller` that can also send many calls at once, which takes less time than to wait for each of them."""

    def each(self, function: str, arguments: Sequence[Any], keys: Sequence[tuple[int, ...]]) -> Iterator[Answer]:
        """The answers of ``function(*arguments, *key)`` for each of ``keys``, as if they were asked one by one."""


Run = Callable[[Caller, np.random.Generator], None]
"""Passes by returning and fails by raising `Failed`."""


@dataclass(frozen=True)
class Check:
    """One thing held against a function."""

    name: str
    points: float
    run: Run


@dataclass(frozen=True)
class Problem:
    """A graded function and its checks. ``name`` is the function's name and its cell's grade_id."""

    name: str
    checks: tuple[Check, ...]
    variants: tuple[Variant, ...] = ()
    """the ways to go wrong that its author gave names to"""
    slips: tuple[Slip, ...] = ()
    """mistakes that its checks may name beside those of the set"""

    @property
    def max_score(self) -> float:
        return sum(check.points for check in self.checks)


@dataclass(frozen=True)
class Assignment:
    """A problem set: the functions that are graded automatically, in the order of the notebook."""

    name: str
    problems: tuple[Problem, ...]
    slips: tuple[Slip, ...] = ()
    """mistakes that are named for this set alone"""


def require_samples(
    samples: Sequence[Sample],
    variants: Iterable[Variant] = (),
    rtol: float = RTOL,
    part: Callable[[np.ndarray], np.ndarray] = np.asarray,
) -> None:
    """Every answer equals its truth in the ``part`` looked at; or `Failed`: where it differs, what explains it."""
    for sample in samples:
        if problem := not_real_numbers(sample.answer, np.shape(sample.truth)) or mismatch(
            part(sample.answer), part(sample.truth), rtol
        ):
            found = find(samples, variants, max(EXPLAINED_TO, 10 * rtol)) or nearly_right(samples)
            raise Failed(f"{problem}.", found, samples=samples)


def require_inputs_unchanged(reply: Reply, *given: Any) -> None:
    """The call left its arrays as they were; otherwise `Failed` with the slip mutates-input."""
    if len(reply.arguments) != len(given) or not all(map(_is_the_same, given, reply.arguments)):
        raise Failed(
            "the answer is right, but an array that the function was given is not the same after the call.",
            ["mutates-input"],
        )


def _is_the_same(before: object, after: object) -> bool:
    return not isinstance(before, np.ndarray) or (
        isinstance(after, np.ndarray) and after.dtype == before.dtype and np.array_equal(before, after)
    )


def table(call: Caller, function: str, keys: Iterable[tuple[int, ...]], *arguments: Any) -> np.ndarray:
    """The numbers that ``function(*arguments, *key)`` returns for each of ``keys``; `Failed` if one is no number."""
    if isinstance(call, CallerOfMany):
        answers = call.each(function, arguments, list(keys))
    else:
        answers = (call(function, *arguments, *key).answer for key in keys)
    values = []
    for answer in answers:
        if problem := not_real_numbers(answer, ()):
            raise Failed(f"{problem}.", ["no-return"] if answer is None else ())
        values.append(float(answer))
    return np.array(values)
