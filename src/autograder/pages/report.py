"""The class report: how a class did, what it got wrong, and who needs a talk; as a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from statistics import fmean, median
from types import MappingProxyType

from autograder.checking.protocol import Outcome
from autograder.judging.following import Following
from autograder.judging.result import ProblemResult, Result
from autograder.pages.rendering import render, section_link
from autograder.records.releases import Releases
from autograder.records.roster import Person, Roster
from autograder.records.standing import Standing
from autograder.text import number, percent
from missingsum.slips import SLIPS

LOW = 0.5
"""A score below this share of the maximum is a reason for a talk."""

REPEATED = 3
"""The same slip in so many functions is one too."""

SLOW = 10.0
"""Seconds in the sandbox from which a submission counts as slow; most need less than one."""


def class_report(
    results: Sequence[Result],
    standings: Mapping[str, Standing],
    *,
    feedback: Mapping[str, str],
    book: str | None,
    people: Roster = Roster(()),
    releases: Releases = Releases(),
    following: Mapping[str, Mapping[str, Following]] = MappingProxyType({}),
) -> str:
    """The report of one problem set as an HTML page that needs nothing but itself.

    ``standings`` and ``feedback``, a path relative to the report, are found by student; what is absent is left out.
    ``book`` is the address, with a slash at its end, under which the book's pages lie, or None. Of the ``people`` those
    without a result are missing. ``following`` says, by student, which failures may follow from which.
    """
    called = people.told_apart([r.student for r in results])
    members = [
        Member(
            r,
            standings.get(r.student) or Standing.of(r),
            feedback.get(r.student),
            people[r.student],
            releases.remark(r.version),
            called[r.student],
            following.get(r.student, {}),
        )
        for r in results
    ]
    return render("report.html", group=Group(sorted(members, key=lambda member: member.person.order), book, people))


@dataclass(frozen=True)
class Member:
    """One student of the class.

    That is: what the judge found, what the gradebook says, where the feedback lies, who it is, and of which version of
    the problem set the submission is, if not of the current one.
    """

    result: Result
    standing: Standing
    link: str | None
    person: Person
    version: str = ""
    name: str = ""
    following: Mapping[str, Following] = field(default_factory=dict)

    @cached_property
    def problems(self) -> dict[str, ProblemResult]:
        return {problem.problem: problem for problem in self.result.problems}

    @cached_property
    def led_astray(self) -> dict[str, Following]:
        """The functions whose failure follows from another's, or may."""
        return {name: each for name, each in self.following.items() if each.alone is not False}

    @property
    def troubles(self) -> list[str]:
        """What did not run as it should: slow, hung, stopped or raising functions, in words."""
        if self.result.unreadable:
            return []
        found = [f"{number(self.result.seconds)} s in the sandbox"] if self.result.seconds >= SLOW else []
        for problem in self.result.problems:
            seen = (
                check.message
                for check in problem.checks
                if check.outcome in (Outcome.RAISED, Outcome.STOPPED, Outcome.FAULT)
            )
            if first := next(seen, None):
                found.append(f"{problem.problem}: {first}")
        return found


@dataclass(frozen=True)
class Finding:
    """One slip, who made it, and in which functions how often."""

    slip: str
    members: list[Member]
    share: float
    places: list[tuple[str, int]]
    link: str | None

    @property
    def once(self) -> bool:
        return len(self.members) == 1

    @property
    def words(self) -> str:
        return _done(self.slip)

    @property
    def where(self) -> str:
        return SLIPS[self.slip].where if self.slip in SLIPS else ""


@dataclass(frozen=True)
class Group:
    """The class. A *share* is a score divided by the maximum.

    While written answers wait to be graded by hand, the statistics are those of the functions alone: otherwise nobody
    could have full marks.
    """

    members: list[Member]
    book: str | None
    people: Roster

    @cached_property
    def missing(self) -> list[Person]:
        """Who is in the gradebook and has handed in nothing."""
        return self.people.without({member.person.id for member in self.members})

    @cached_property
    def called(self) -> Mapping[str, str]:
        """What to call each, so that two of one name are told apart."""
        return self.people.told_apart([member.person.id for member in self.members])

    @cached_property
    def strangers(self) -> list[Member]:
        """Who handed in and is not on the roster; nobody if there is none."""
        return [m for m in self.members if not m.person.enrolled] if self.people.enrolled else []

    @cached_property
    def outdated(self) -> list[Member]:
        return [m for m in self.members if m.version]

    @cached_property
    def rows(self) -> list[tuple[Person, Member | None]]:
        """Everybody, in order; who has handed in nothing without a member."""
        rows = [(m.person, m) for m in self.members] + [(person, None) for person in self.missing]
        return sorted(rows, key=lambda row: row[0].order)

    @property
    def assignment(self) -> str:
        return self.members[0].result.assignment if self.members else ""

    @cached_property
    def isolations(self) -> list[str]:
        """What kept the submissions apart when they were judged; nothing where that was not recorded."""
        return sorted({member.result.isolation for member in self.members if member.result.isolation})

    @cached_property
    def waiting(self) -> int:
        return sum(m.standing.needs_hand_grading for m in self.members)

    @cached_property
    def readable(self) -> list[Member]:
        return [m for m in self.members if not m.result.unreadable]

    @cached_property
    def unreadable(self) -> list[Member]:
        return [m for m in self.members if m.result.unreadable]

    @cached_property
    def late(self) -> list[Member]:
        return [m for m in self.members if m.standing.seconds_late > 0 or m.standing.late_penalty]

    @cached_property
    def max_score(self) -> float:
        return max((m.result.max_score if self.waiting else m.standing.max_score for m in self.members), default=0.0)

    @cached_property
    def total(self) -> float:
        return max((m.standing.max_score for m in self.members), default=0.0)

    def score(self, member: Member) -> float:
        return member.result.score if self.waiting else member.standing.score

    def share(self, member: Member) -> float:
        return self.score(member) / self.max_score if self.max_score else 0.0

    @property
    def mean(self) -> float:
        return fmean(map(self.score, self.members))

    @property
    def median(self) -> float:
        return median(map(self.score, self.members))

    @cached_property
    def columns(self) -> list[tuple[str, int, float]]:
        """The distribution: per cent, students, height from 0 to 1.

        It has eleven columns of a tenth each, the last for full marks.
        """
        places = Counter(10 if self.share(m) >= 1 else int(self.share(m) * 10 + 1e-9) for m in self.members)
        highest = max(places.values(), default=1)
        labels = [f"{10 * k}–{10 * k + 9}" for k in range(10)] + ["100"]
        return [(label, places[k], places[k] / highest) for k, label in enumerate(labels)]

    @property
    def full(self) -> int:
        return self.columns[-1][1]

    @property
    def low(self) -> int:
        return sum(self.share(m) < LOW for m in self.members)

    @cached_property
    def problems(self) -> list[tuple[str, float, float, float]]:
        """Each function: its name, mean score of the readable submissions, maximum, and the mean's share of that."""
        rows = []
        for name in _problem_names([m.result for m in self.readable]):
            graded = [m.problems[name] for m in self.readable if name in m.problems]
            mean, most = fmean(p.score for p in graded), max(p.max_score for p in graded)
            rows.append((name, mean, most, mean / most if most else 0.0))
        return rows

    @cached_property
    def findings(self) -> list[Finding]:
        """The slips of the class, the most frequent first."""
        made: dict[str, list[Member]] = {}
        for member in self.readable:
            for slip in member.result.slips:
                made.setdefault(slip, []).append(member)
        ranked = sorted(made.items(), key=lambda item: (-len(item[1]), item[0]))
        return [
            Finding(
                slip,
                members,
                len(members) / len(self.readable),
                self._places(slip, members),
                section_link(SLIPS[slip], self.book) if slip in SLIPS else None,
            )
            for slip, members in ranked
        ]

    @cached_property
    def unexplained(self) -> list[tuple[str, list[Member]]]:
        """Each function with the students whose wrong answer the diagnosis could not name."""
        rows = [
            (
                name,
                [
                    m
                    for m in self.readable
                    if name in m.problems and m.problems[name].unexplained and name not in m.led_astray
                ],
            )
            for name, *_ in self.problems
        ]
        return [(name, members) for name, members in rows if members]

    @cached_property
    def following(self) -> list[tuple[Member, str, Following]]:
        """Functions that follow from what is wrong and is called by them, or may: who, which, and from what."""
        return [(m, name, each) for m in self.readable for name, each in m.led_astray.items()]

    @cached_property
    def placed(self) -> list[tuple[Member, ProblemResult]]:
        """Wrong answers that the diagnosis could not name, and of which the place is known."""
        return [(m, p) for m in self.readable for p in m.result.problems if p.unexplained and p.place]

    @cached_property
    def talks(self) -> list[tuple[Member, list[str]]]:
        """Who needs a talk, and why; the lowest scores first."""
        rows = [(m, list(self._reasons(m))) for m in self.members]
        return sorted(((m, why) for m, why in rows if why), key=lambda row: self.share(row[0]))

    @cached_property
    def troubles(self) -> list[tuple[Member, list[str]]]:
        return [(m, m.troubles) for m in self.members if m.troubles]

    def _places(self, slip: str, members: list[Member]) -> list[tuple[str, int]]:
        counts = Counter(p.problem for m in members for p in m.result.problems if slip in p.slips)
        return [(name, counts[name]) for name, *_ in self.problems if counts[name]]

    def _reasons(self, member: Member) -> Iterator[str]:
        result = member.result
        if result.unreadable:
            yield "nothing could be read"
            return
        if self.share(member) < LOW:
            yield f"{percent(self.share(member))} of the points"
        failed = [p for p in result.problems if p.score == 0 < p.max_score]
        if len(failed) > 1 and len(failed) * 2 >= len(result.problems):
            yield f"no points in {len(failed)} of {len(result.problems)} functions"
        for slip, times in Counter(slip for p in result.problems for slip in p.slips).items():
            if times >= REPEATED:
                yield f"{_done(slip)} in {times} functions"


def _done(slip: str) -> str:
    return SLIPS[slip].done if slip in SLIPS else f"made the mistake {slip}"


def _problem_names(results: Sequence[Result]) -> list[str]:
    return list(dict.fromkeys(p.problem for r in results for p in r.problems))
