"""Whether explanations teach: who was told of a mistake, and does not make it any more.

A student is told of a mistake with the first submission that holds it. What counts then is the next submission, of the
same problem set or of a later one, in which it could be made: that has an answer to a function in which somebody of the
class made it. Problem sets are taken in the order of their names.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from autograder.records.told import Told

FEWEST = 5
"""Counts of fewer students go nowhere alone."""


@dataclass(frozen=True)
class Occasion:
    """A submission, and what its student was told."""

    assignment: str
    told: Told


Histories = Mapping[str, Sequence[Occasion]]
"""Student → submissions, the first one first."""


@dataclass(frozen=True)
class Outcome:
    """Of the students who were told of a mistake: who makes it no longer, who still does, who had no occasion yet.

    Of each list those come apart whose next occasion was in the same problem set (``again``) or a later one.
    """

    mistake: str
    gone: tuple[str, ...] = ()
    still: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    again: frozenset[str] = frozenset()

    @property
    def told(self) -> int:
        return len(self.gone) + len(self.still) + len(self.waiting)

    @property
    def had_next(self) -> int:
        return len(self.gone) + len(self.still)

    def split(self, *, again: bool) -> tuple[int, int]:
        """(Who makes it no longer, who had the occasion) in the same problem set, or in a later one."""
        counts = [sum((student in self.again) == again for student in several) for several in (self.gone, self.still)]
        return counts[0], sum(counts)


@dataclass(frozen=True)
class Stuck:
    """A student who made the same mistake again and again, and last where it could be made."""

    student: str
    mistake: str
    times: int
    assignment: str
    functions: tuple[str, ...]


def outcomes(histories: Histories) -> list[Outcome]:
    """What became of each mistake that somebody was told of, the most frequent first."""
    places = _places(histories)
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"gone": [], "still": [], "waiting": [], "again": []})
    for student, occasions in sorted(histories.items()):
        for mistake in {slip for occasion in occasions for slip in occasion.told.mistakes}:
            first, *later = _with_occasion(mistake, occasions, places)
            if not later:
                found[mistake]["waiting"].append(student)
                continue
            found[mistake]["still" if mistake in later[0].told.mistakes else "gone"].append(student)
            if later[0].assignment == first.assignment:
                found[mistake]["again"].append(student)
    every = [
        Outcome(mistake, tuple(its["gone"]), tuple(its["still"]), tuple(its["waiting"]), frozenset(its["again"]))
        for mistake, its in found.items()
    ]
    return sorted(every, key=lambda outcome: (-outcome.told, outcome.mistake))


def stuck(histories: Histories) -> list[Stuck]:
    """Who was told of a mistake, more than once, and made it last; the most often told first."""
    places, found = _places(histories), []
    for student, occasions in sorted(histories.items()):
        for mistake in sorted({slip for occasion in occasions for slip in occasion.told.mistakes}):
            held = list(_with_occasion(mistake, occasions, places))
            times, last = sum(mistake in occasion.told.mistakes for occasion in held), held[-1]
            if times > 1 and mistake in last.told.mistakes:
                where = tuple(name for name, slips in last.told.wrong.items() if mistake in slips)
                found.append(Stuck(student, mistake, times, last.assignment, where))
    return sorted(found, key=lambda each: (-each.times, each.student, each.mistake))


def repaired(histories: Histories) -> dict[bool, tuple[int, int]]:
    """Whether a mistake had a name → (answers right in the next submission of the set, all that were wrong)."""
    right, wrong = Counter[bool](), Counter[bool]()
    for occasions in histories.values():
        for before, after in pairwise(occasions):
            if before.assignment != after.assignment:
                continue
            for name, slips in before.told.wrong.items():
                if name in after.told.answered:
                    wrong[bool(slips)] += 1
                    right[bool(slips)] += name in after.told.right
    return {named: (right[named], wrong[named]) for named in (True, False)}


def effects(histories: Histories) -> list[Outcome]:
    """Of each piece of feedback, by its key: whose answer is right in the next submission of the set, and whose not.

    Of students who were given it several times the first time counts. The pieces that came with it are counted too, so
    that a difference between two pieces is no proof of what made it.
    """
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"gone": [], "still": [], "waiting": []})
    for student, occasions in sorted(histories.items()):
        met: set[str] = set()
        for k, occasion in enumerate(occasions):
            for name, pieces in occasion.told.pieces.items():
                later = (
                    other.told.right
                    for other in occasions[k + 1 :]
                    if other.assignment == occasion.assignment and name in other.told.answered
                )
                right = next(later, None)
                became = "waiting" if right is None else "gone" if name in right else "still"
                for key in {piece.key for piece in pieces} - met:
                    met.add(key)
                    found[key][became].append(student)
    every = [Outcome(key, tuple(its["gone"]), tuple(its["still"]), tuple(its["waiting"])) for key, its in found.items()]
    return sorted(every, key=lambda outcome: (-outcome.told, outcome.mistake))


def by_assignment(histories: Histories) -> dict[str, Counter[str]]:
    """Mistake → how many students made it in each problem set, in any of their submissions."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for occasions in histories.values():
        made = {(slip, occasion.assignment) for occasion in occasions for slip in occasion.told.mistakes}
        for slip, assignment in made:
            found[slip][assignment] += 1
    return dict(sorted(found.items(), key=lambda item: (-item[1].total(), item[0])))


def for_research(every: Sequence[Outcome]) -> list[tuple[str, int, int, int, int]]:
    """(Mistake, told, no longer, still, no occasion yet) without names, and without any count from 1 to 4.

    A row with such a count is added to the row of other mistakes; if that is still too small, the smallest of the rest
    joins it. What is too small even then is left out.
    """
    rows = [(each.mistake, len(each.gone), len(each.still), len(each.waiting)) for each in every]
    kept = sorted((row for row in rows if not _too_small(row[1:])), key=lambda row: sum(row[1:]))
    merged = [row for row in rows if _too_small(row[1:])]
    while merged and kept and _too_small(_sums(merged)):
        merged.append(kept.pop(0))
    if merged and not _too_small(_sums(merged)):
        kept.insert(0, ("other mistakes", *_sums(merged)))
    return [(name, sum(counts), *counts) for name, *counts in reversed(kept)]  # type: ignore[misc]


def _too_small(counts: Sequence[int]) -> bool:
    return any(0 < count < FEWEST for count in counts)


def _sums(rows: Sequence[tuple[str, int, int, int]]) -> tuple[int, int, int]:
    gone, still, waiting = (sum(column) for column in zip(*(row[1:] for row in rows)))
    return gone, still, waiting


def _places(histories: Histories) -> dict[str, set[tuple[str, str]]]:
    """Mistake → the functions, each with its problem set, in which somebody made it."""
    places: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for occasions in histories.values():
        for occasion in occasions:
            for name, slips in occasion.told.wrong.items():
                for slip in slips:
                    places[slip].add((occasion.assignment, name))
    return places


def _with_occasion(
    mistake: str, occasions: Sequence[Occasion], places: Mapping[str, set[tuple[str, str]]]
) -> Iterator[Occasion]:
    """The submission that was told of the mistake first, and each later one in which it could be made."""
    begun = False
    for occasion in occasions:
        begun = begun or mistake in occasion.told.mistakes
        if begun and any((occasion.assignment, name) in places[mistake] for name in occasion.told.answered):
            yield occasion
