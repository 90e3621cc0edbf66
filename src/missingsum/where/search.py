"""Find where a function is wrong: the cheapest edit of its text that makes it right gives the place away.

Nothing here knows what the function is for. Candidates are run by a `Runner`, here or in a sandbox; their answers are
compared with known truths here. A repair counts only if the check itself accepts it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, islice
from typing import Any, Protocol

import numpy as np

from missingsum.clock import thread_time
from missingsum.where.by_value import ByValue
from missingsum.where.cases import Case, Outcome
from missingsum.where.edits import Edit, Edits
from missingsum.where.place import Place, Spot
from missingsum.where.source import NotSearched, Source, Span

CHUNK = 64
MANY = 1200
"""Edits of a function, from which on it pays to look first where they can be of use."""
MOST_PROBES = 3
MOST_CHARACTERS = 900_000
"""In all pairs together: of a long function fewer are tried."""
MOST_COST = 1.36
"""Of an edit that two steps are made of."""
NEARLY = 1e-5
EXACT = 1e-13
BY_FAR = 100.0
"""So many times nearer than an answer that is nearly right comes that of a repair; a step towards it is none."""
MOST_ALIKE = 8
MOST_NEAR = 20
MOST_FOLLOWED = 400
"""Numbers in a case whose values are followed."""


def computing_time() -> Callable[[], float]:
    """A clock of this thread's processor time, on which waiting counts a quarter: a busy machine is nobody's fault."""
    thread, wall = thread_time(), time.perf_counter()
    return lambda: max(thread_time() - thread, (time.perf_counter() - wall) / 4)


class Runner(Protocol):
    """Runs programs, of which each defines the function."""

    def attempts(self, programs: Sequence[str], arguments: tuple[Any, ...]) -> Sequence[Outcome]:
        """The outcome of each program for these arguments."""

    def values(self, program: str, arguments: tuple[Any, ...]) -> Sequence[Sequence[Any]]:
        """(hole, value) for each visit of a hole ``__hole(number, …)`` in the program."""

    def injected(self, program: str, number: int, stacked: Any, arguments: tuple[Any, ...]) -> Sequence[Outcome]:
        """The outcomes with each of the values in the place of the hole's."""

    def is_right(self, program: str) -> bool:
        """Whether the check of the function, all of it, accepts the program."""


@dataclass(frozen=True)
class Budget:
    """How much a search may do. All are counts but ``seconds``, which only guards against slow functions."""

    runs: int = 3000
    checks: int = 30
    pairs: int = 3000
    firsts: int = 8
    partners: int = 110
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
        self,
        source: Source,
        cases: Sequence[Case],
        runner: Runner,
        budget: Budget,
        clock: Callable[[], float],
        calls: Sequence[tuple[Any, ...]] = (),
        trusted: Collection[str] = (),
    ):
        self._trusted = set(trusted)
        self.calls = _distinct(calls)
        self.source, self.runner, self.budget = source, runner, budget
        self.left, self.checks = budget.runs, budget.checks
        self._clock, self._end = clock, clock() + budget.seconds
        self.own = source.edited(())
        met = [(case, case.is_met(self.attempts([self.own], case)[0])) for case in cases]
        failing = sorted((case for case, is_met in met if not is_met), key=lambda case: case.size)
        self.failing = failing
        self._followed = 0
        self._tried: list[tuple[Edit, Outcome]] = []

    def attempts(self, programs: Sequence[str], case: Case) -> Sequence[Outcome]:
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
        if found or not self.source.others <= self._trusted:
            return found  # another function that it calls may itself be wrong, and more than one edit make up for it
        return (self._one_step(by_value.edits()) if by_value else None) or self._two_steps()

    def _by_value(self) -> ByValue | None:
        """What the values say, if the answers to the cases that are not met have the right form."""
        whole = [case for case in self.failing if case.numbers(self.attempts([self.own], case)[0]) is not None]
        cases = [case for case in whole if case.size <= MOST_FOLLOWED][:2]
        return ByValue(self.source, cases, self._values, self._injected) if cases else None

    def _values(self, program: str, case: Case) -> Sequence[Sequence[Any]]:
        self.left -= 1
        return self.runner.values(program, case.arguments)

    def _injected(self, program: str, number: int, stacked: Sequence[Any], case: Case) -> Sequence[Outcome]:
        if self._clock() > self._end:
            raise NotSearched("it takes too long")
        if self._followed > self.budget.runs:
            return [[] for _ in stacked]
        self._followed += len(stacked)
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
                if outcome and edit.cost <= MOST_COST:
                    self._tried.append((edit, outcome))
                if self.failing[0].is_met(outcome) and self.checks > 0 and self._holds(program):
                    if self.is_right(program):
                        return Repair((edit,), program)
        return None

    def _two_steps(self) -> Repair | None:
        """Two edits: the same at two places, or one that brings the answer nearer and any other."""
        allowed = min(self.budget.pairs, MOST_CHARACTERS // len(self.own.strip()))
        seen: set[frozenset[Edit]] = set()
        pairs = (pair for pair in chain(self._alike(), self._nearer()) if _apart(*pair))
        while allowed > 0 and self.checks > 0 and (chunk := list(islice(pairs, CHUNK))):
            new = [pair for pair in chunk if frozenset(pair) not in seen]
            seen.update(map(frozenset, new))
            programs = [self.source.edited((*a.splices, *b.splices)) for a, b in new]
            outcomes = self.attempts(programs, self.failing[0])
            allowed -= len(new)
            for pair, program, outcome in zip(new, programs, outcomes):
                if self.failing[0].is_met(outcome) and self.checks > 0 and self._holds(program):
                    if self.is_right(program):
                        return Repair(pair, program)
        return None

    def _alike(self) -> Iterator[tuple[Edit, Edit]]:
        """Pairs that change the same in the same way at two places."""
        groups: dict[tuple[str, str], list[Edit]] = {}
        for edit, _ in self._tried:
            if len(edit.splices) == 1:
                groups.setdefault((edit.kind, _manner(edit.splices[0][2])), []).append(edit)
        for group in groups.values():
            yield from combinations(group[:MOST_ALIKE], 2)

    def _nearer(self) -> Iterator[tuple[Edit, Edit]]:
        """Pairs of which one brings the answer nearer to the truth, the most promising first; then the cheapest."""
        case = self.failing[0]
        distinct: dict[bytes, tuple[float, Edit]] = {}
        for edit, outcome in self._tried:
            numbers = case.numbers(outcome)
            key = repr(_as_text(outcome)).encode() if numbers is None else np.round(numbers, 9).tobytes()
            distinct.setdefault(key, (case.progress(outcome), edit))
        others = [edit for _, edit in distinct.values()][: self.budget.partners]
        first = sorted(distinct.values(), key=lambda item: (-round(item[0], 6), item[1].cost))
        yield from combinations([edit for _, edit in first[:MOST_NEAR]], 2)
        for _, edit in first[: self.budget.firsts]:
            yield from ((edit, other) for other in others if other is not edit)
        for both in range(1, 2 * len(others)):
            for k in range(max(0, both - len(others) + 1), (both + 1) // 2):
                yield others[k], others[both - k]

    def _holds(self, program: str) -> bool:
        """The next few cases are met: of one that is met already the truth may follow from the function itself."""
        return self._is_nearer(program) and all(
            case.is_met(self.attempts([program], case)[0]) for case in self.failing[1:4]
        )

    def _is_nearer(self, program: str) -> bool:
        """Whether the answer to the first case, if it was nearly right before, comes nearer to the truth by far."""
        before, after = (self.failing[0].off(self.attempts([text], self.failing[0])[0]) for text in (self.own, program))
        return not before < NEARLY or after <= max(before / BY_FAR, EXACT)

    def _blindly(self, edits: Iterable[Edit]) -> Repair | None:
        """Where all known answers are right, or none is known: the check alone can say what is wrong.

        Of the edits with which the function gives the same answers as another one, or as it is, only one is tried.
        """
        self.checks = self.budget.blind
        seen = {self._behaviours([self.own])[0]}
        remaining = iter(edits)
        while self.left > 0 and (chunk := list(islice(remaining, CHUNK))):
            programs = [self.source.edited(edit.splices) for edit in chunk]
            for edit, program, behaviour in zip(chunk, programs, self._behaviours(programs)):
                if behaviour in seen and self.calls:
                    continue
                seen.add(behaviour)
                if self.checks <= 0 or self._clock() > self._end:
                    return None
                if self.is_right(program):
                    return Repair((edit,), program)
        return None

    def _behaviours(self, programs: Sequence[str]) -> list[str]:
        """Of each program the answers to some recorded calls, as text; nothing more where the last of them raises."""
        found = [""] * len(programs)
        left = list(range(len(programs)))
        for call in reversed(self.calls):
            self.left -= len(left)
            outcomes = self.runner.attempts([programs[k] for k in left], call)
            for k, outcome in zip(left, outcomes):
                found[k] += _as_text(outcome) + "\n"
            left = [k for k, outcome in zip(left, outcomes) if outcome]
        return found


def _as_text(outcome: Outcome) -> str:
    if len(outcome) != 2:
        return "nothing"
    answer, kept = outcome
    if isinstance(answer, (np.ndarray, np.generic)):
        return f"{kept} {answer.dtype} {answer.shape} {answer.tolist()}"
    known = isinstance(answer, (bool, int, float, str, list, tuple, dict)) or answer is None
    return f"{kept} {answer!r}"[:2000] if known else f"{kept} {type(answer).__name__}"


def _apart(a: Edit, b: Edit) -> bool:
    """Whether no splice of one meets a splice of the other."""
    return all(e <= start or end <= s for s, e, _ in a.splices for start, end, _ in b.splices)


def _manner(text: str) -> str:
    """What two edits have in common that do the same to different expressions: the axis, or all of a short text."""
    return " ".join(sorted(re.findall(r"axis=[^,)]*|keepdims=\w+", text))) or (text if len(text) <= 8 else "")


def _distinct(calls: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """A few calls: the last ones, which a check of its own kind makes, and not too large."""
    small = [call for call in calls if sum(np.size(a) for a in call if isinstance(a, np.ndarray)) <= MOST_FOLLOWED]
    return list(small[-MOST_PROBES:])


def _all_inside(edit: Edit, span: Span) -> bool:
    return all(span.start <= start and end <= span.end for start, end, _ in edit.splices)


def find(
    source: Source,
    cases: Sequence[Case],
    runner: Runner,
    budget: Budget = Budget(),
    clock: Callable[[], float] | None = None,
    calls: Sequence[tuple[Any, ...]] = (),
    trusted: Collection[str] = (),
) -> tuple[Place, Repair] | None:
    """The place, and the repair that gives it away; None if there is none. `NotSearched` if the budget of time ends.

    ``calls`` are arguments of which no right answer need be known; ``trusted`` are functions that are right.
    """
    repair = Search(source, cases, runner, budget, clock or computing_time(), calls, trusted).repaired()
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
