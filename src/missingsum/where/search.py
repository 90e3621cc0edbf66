"""Find where a function is wrong: the cheapest edit of its text that makes it right gives the place away.

Nothing here knows what the function is for. Candidates are run by a `Runner`, here or in a sandbox; their answers are
compared with known truths here. A repair counts only if the check itself accepts it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from missingsum.where.by_value import ByValue
from missingsum.where.cases import Case, Outcome
from missingsum.where.edits import Edit, Edits
from missingsum.where.place import Place, Spot
from missingsum.where.source import NotSearched, Source, Span

CHUNK = 64
MANY = 1200
"""Edits of a function, from which on it pays to look first where they can be of use."""
MOST_FOLLOWED = 400
"""Numbers in a case whose values are followed."""


class Runner(Protocol):
    """Runs programs, of which each defines the function."""

    def attempts(self, programs: Sequence[str], arguments: tuple[Any, ...]) -> list[Outcome]:
        """The outcome of each program for these arguments."""

    def values(self, program: str, arguments: tuple[Any, ...]) -> list[tuple[int, Any]]:
        """(hole, value) for each visit of a hole ``__hole(number, …)`` in the program."""

    def injected(self, program: str, number: int, stacked: Any, arguments: tuple[Any, ...]) -> list[Outcome]:
        """The outcomes with each of the values in the place of the hole's."""

    def is_right(self, program: str) -> bool:
        """Whether the check of the function, all of it, accepts the program."""


@dataclass(frozen=True)
class Budget:
    """How much a search may do. All are counts but ``seconds``, which only guards against slow functions."""

    runs: int = 3000
    checks: int = 30
    blind: int = 150
    """checks, where no right answer is known and nothing else can be tried"""
    seconds: float = 2.0


@dataclass(frozen=True)
class Repair:
    """An edit, or two, with which the check accepts the function. Never shown."""

    edits: tuple[Edit, ...]
    program: str


class Search:
    """One search; `find` is its result."""

    def __init__(
        self, source: Source, cases: Sequence[Case], runner: Runner, budget: Budget, clock: Callable[[], float]
    ):
        self.source, self.runner, self.budget = source, runner, budget
        self.left, self.checks = budget.runs, budget.checks
        self._clock, self._end = clock, clock() + budget.seconds
        self.own = source.edited(())
        met = [(case, case.is_met(self.attempts([self.own], case)[0])) for case in cases]
        failing = sorted((case for case, is_met in met if not is_met), key=lambda case: case.size)
        self.failing = failing

    def attempts(self, programs: Sequence[str], case: Case) -> list[Outcome]:
        """The outcomes of the programs; counted."""
        if self._clock() > self._end:
            raise NotSearched("it takes too long")
        self.left -= len(programs)
        return self.runner.attempts(programs, case.arguments)

    def is_right(self, program: str) -> bool:
        self.checks -= 1
        return self.runner.is_right(program)

    def repaired(self) -> Repair | None:
        """The cheapest repair; None if there is none within the budget."""
        edits = list(Edits(self.source))
        if not self.failing:
            return self._blindly(edits)
        by_value = self._by_value()
        if by_value and len(edits) > MANY:
            none = by_value.impossible()
            edits = [edit for edit in edits if not any(_all_inside(edit, span) for span in none)]
        if by_value:
            edits = sorted(edits, key=lambda edit: round(edit.cost + by_value.unlikeliness(edit), 3))
        found = self._one_step(edits)
        if found or by_value is None or self.source.others:
            return found  # what another function of the student's gives may itself be wrong
        return self._one_step(by_value.edits())

    def _by_value(self) -> ByValue | None:
        """What the values say, if the answers to the cases that are not met have the right form."""
        whole = [case for case in self.failing if case.numbers(self.attempts([self.own], case)[0]) is not None]
        cases = [case for case in whole if case.size <= MOST_FOLLOWED][:2]
        return ByValue(self.source, cases, self._values, self._injected) if cases else None

    def _values(self, program: str, case: Case) -> list[Sequence[Any]]:
        self.left -= 1
        return self.runner.values(program, case.arguments)

    def _injected(self, program: str, number: int, stacked: Sequence[Any], case: Case) -> list[Outcome]:
        if self._clock() > self._end:
            raise NotSearched("it takes too long")
        self.left -= len(stacked)
        return self.runner.injected(program, number, stacked, case.arguments)

    def _one_step(self, edits: Iterable[Edit]) -> Repair | None:
        seen = {self.own}
        remaining = iter(edits)
        while self.left > 0 and self.checks > 0 and (chunk := list(islice(remaining, CHUNK))):
            tried = []
            for edit in chunk:
                program = self.source.edited(edit.splices)
                if program not in seen:
                    seen.add(program)
                    tried.append((edit, program))
            outcomes = self.attempts([program for _, program in tried], self.failing[0])
            for (edit, program), outcome in zip(tried, outcomes):
                if self.failing[0].is_met(outcome) and self.checks > 0 and self._holds(program):
                    if self.is_right(program):
                        return Repair((edit,), program)
        return None

    def _holds(self, program: str) -> bool:
        """The next few cases are met: of one that is met already the truth may follow from the function itself."""
        return all(case.is_met(self.attempts([program], case)[0]) for case in self.failing[1:4])

    def _blindly(self, edits: Iterable[Edit]) -> Repair | None:
        """Where all known answers are right, or none is known: the check alone can say what is wrong."""
        self.checks = self.budget.blind
        for edit in edits:
            if self.checks <= 0 or self._clock() > self._end:
                break
            program = self.source.edited(edit.splices)
            if self.is_right(program):
                return Repair((edit,), program)
        return None


def _all_inside(edit: Edit, span: Span) -> bool:
    return all(span.start <= start and end <= span.end for start, end, _ in edit.splices)


def find(
    source: Source,
    cases: Sequence[Case],
    runner: Runner,
    budget: Budget = Budget(),
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[Place, Repair] | None:
    """The place, and the repair that gives it away; None if there is none. `NotSearched` if the budget of time ends."""
    repair = Search(source, cases, runner, budget, clock).repaired()
    return (place_of(source, repair), repair) if repair else None


MOST_SHOWN = 120
"""Characters of an expression, and of what it is a part of."""


def place_of(source: Source, repair: Repair) -> Place:
    """What is said of a repair."""
    spots = tuple(dict.fromkeys(spot_of(source, edit.place) for edit in repair.edits))
    return Place(spots, tuple(dict.fromkeys(edit.kind for edit in repair.edits)))


def spot_of(source: Source, span: Span) -> Spot:
    text = shortened(source.cut(span))
    around = ""
    if len(text) < 6 or text.replace(".", "").replace("_", "").isalnum():
        begin = source.program.rfind(b"\n", 0, span.start) + 1
        end = source.program.find(b"\n", span.end)
        line = source.program[begin : end if end >= 0 else None].decode("utf-8", "replace").strip()
        around = shortened(line) if line != text else ""
    return Spot(source.line(span), text, around)


def shortened(text: str) -> str:
    """One line of at most `MOST_SHOWN` characters."""
    words = " ".join(text.split())
    return words if len(words) <= MOST_SHOWN else words[: MOST_SHOWN - 1].rstrip() + "…"
