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

from missingsum.where.cases import Case, Outcome
from missingsum.where.edits import Edit, Edits
from missingsum.where.place import Place, Spot
from missingsum.where.source import NotSearched, Source, Span

CHUNK = 64


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
    checks: int = 12
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
        self.cases = [*failing, *(case for case, is_met in met if is_met)]

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
        return self._one_step(edits)

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
                if self.failing[0].is_met(outcome) and self._holds(program) and self.checks > 0:
                    if self.is_right(program):
                        return Repair((edit,), program)
        return None

    def _holds(self, program: str) -> bool:
        return all(case.is_met(self.attempts([program], case)[0]) for case in self.cases[1:])

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
