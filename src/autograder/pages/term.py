"""The term report: how each student goes on, which mistakes come back, and whether explaining them helped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean

from autograder.pages.rendering import render, section_link
from autograder.records import learning
from autograder.records.learning import Histories, Outcome, Stuck
from autograder.records.roster import Person, Roster
from autograder.records.table import written
from missingsum.slips import SLIPS

WIDE, HIGH = 120, 28
"""Of a line of a student's scores, in pixels."""


@dataclass(frozen=True)
class Term:
    """A course so far: each student's share of the points by problem set, and what each submission was told."""

    assignments: Sequence[str]
    shares: Mapping[str, Mapping[str, float]]
    histories: Histories
    people: Roster
    book: str | None = None

    @cached_property
    def students(self) -> list[Person]:
        """Who handed in anything, in order."""
        return sorted((self.people[student] for student in self.shares), key=lambda person: person.order)

    @cached_property
    def called(self) -> Mapping[str, str]:
        return self.people.told_apart(list(self.shares))

    @cached_property
    def outcomes(self) -> list[Outcome]:
        return learning.outcomes(self.histories)

    @cached_property
    def most_told(self) -> int:
        return max((outcome.told for outcome in self.outcomes), default=1)

    @property
    def had_next(self) -> int:
        return sum(outcome.had_next for outcome in self.outcomes)

    @property
    def gone(self) -> int:
        return sum(len(outcome.gone) for outcome in self.outcomes)

    @cached_property
    def repaired(self) -> Mapping[bool, tuple[int, int]]:
        return learning.repaired(self.histories)

    @cached_property
    def by_assignment(self) -> Mapping[str, Counter[str]]:
        return learning.by_assignment(self.histories)

    @cached_property
    def stuck(self) -> list[Stuck]:
        return learning.stuck(self.histories)

    @property
    def submissions(self) -> int:
        return sum(map(len, self.histories.values()))

    @cached_property
    def means(self) -> list[tuple[str, float, int]]:
        """Each problem set with the mean share of its points, and of how many students."""
        rows = []
        for assignment in self.assignments:
            shares = [its[assignment] for its in self.shares.values() if assignment in its]
            rows.append((assignment, fmean(shares), len(shares)))
        return rows

    def mistakes(self, student: str) -> int:
        """How many different mistakes of the student were named."""
        return len({slip for occasion in self.histories.get(student, ()) for slip in occasion.told.mistakes})

    def change(self, student: str) -> float | None:
        """The last share less the first; None of one alone."""
        shares = [self.shares[student][name] for name in self.assignments if name in self.shares[student]]
        return shares[-1] - shares[0] if len(shares) > 1 else None

    def line(self, student: str) -> list[tuple[float, float]]:
        """The points of the line of a student's shares, one a problem set that was handed in."""
        step = WIDE / max(1, len(self.assignments) - 1)
        its = self.shares[student]
        places = [(k, its[name]) for k, name in enumerate(self.assignments) if name in its]
        return [(4 + (WIDE - 8) * k * step / WIDE, 4 + (HIGH - 8) * (1 - share)) for k, share in places]

    def words(self, mistake: str) -> str:
        return SLIPS[mistake].done if mistake in SLIPS else f"made the mistake {mistake}"

    def link(self, mistake: str) -> str | None:
        return section_link(SLIPS[mistake], self.book) if mistake in SLIPS else None


def term_report(term: Term) -> str:
    """The report as an HTML page that needs nothing but itself."""
    return render("term.html", term=term)


def counts_for_research(term: Term) -> str:
    """Who was told of which mistake and what became of it, as CSV: no names, and no count from 1 to 4."""
    header: list[str | float] = ["mistake", "told", "no_longer_made", "still_made", "no_occasion_yet"]
    rows: list[list[str | float]] = [[*row] for row in learning.for_research(term.outcomes)]
    return written([header, *rows])


def counts_of_feedback(term: Term) -> str:
    """Of each piece of feedback, by kind, label and version, how many answers were right the next time; as CSV, alike.

    No names, and no count from 1 to 4.
    """
    header: list[str | float] = ["feedback", "told", "right_next", "still_wrong", "not_tried_again"]
    rows: list[list[str | float]] = [[*row] for row in learning.for_research(learning.effects(term.histories))]
    return written([header, *rows])
