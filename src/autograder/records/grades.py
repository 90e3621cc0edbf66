"""Grades on their way out: who has which score, and a table of all of them for a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from autograder.judging.result import Result
from autograder.records.roster import Person, Roster
from autograder.records.standing import Standing
from autograder.records.table import written


@dataclass(frozen=True)
class Grades:
    """The grades of a problem set. ``missing`` is the score of who handed in nothing: None, or 0."""

    assignment: str
    results: Sequence[Result]
    standings: Mapping[str, Standing]
    people: Roster
    missing: float | None = None

    @cached_property
    def graded(self) -> dict[str, Result]:
        return {result.student: result for result in self.results}

    @cached_property
    def everybody(self) -> list[Person]:
        """All in the gradebook and all who handed in, by name."""
        return sorted(
            {**self.people.people, **{student: self.people[student] for student in self.graded}}.values(),
            key=lambda person: person.order,
        )

    def standing(self, student: str) -> Standing:
        return self.standings.get(student) or Standing.of(self.graded[student])

    @cached_property
    def max_score(self) -> float:
        return max((self.standing(student).max_score for student in self.graded), default=0.0)

    def score(self, student: str) -> str:
        """The score as both platforms read it, "" for none."""
        score = self.standing(student).score if student in self.graded else self.missing
        return "" if score is None else f"{score:.2f}".rstrip("0").rstrip(".")

    @cached_property
    def problems(self) -> list[str]:
        return list(dict.fromkeys(p.problem for student in sorted(self.graded) for p in self.graded[student].problems))


def as_csv(grades: Grades) -> str:
    """One row a student: the score of each function, of the written answers, the late penalty and the total.

    Who is missing has no score.
    """
    header: list[str | float] = [
        "student",
        "last_name",
        "first_name",
        "email",
        "assignment",
        "handed_in",
        "score",
        "max_score",
        *grades.problems,
        "written",
        "late_penalty",
        "seconds_late",
        "needs_hand_grading",
        "slips",
        "unreadable",
    ]
    rows: list[list[str | float]] = []
    for person in grades.everybody:
        who = [person.id, person.last_name, person.first_name, person.email, grades.assignment]
        if not (result := grades.graded.get(person.id)):
            rows.append([*who, "no", grades.score(person.id), grades.max_score, *[""] * (len(header) - len(who) - 3)])
            continue
        standing, scores = grades.standing(person.id), {p.problem: p.score for p in result.problems}
        rows.append(
            [
                *who,
                "yes",
                standing.score,
                standing.max_score,
                *(scores.get(name, 0.0) for name in grades.problems),
                sum(answer.score or 0.0 for answer in standing.written),
                standing.late_penalty,
                standing.seconds_late,
                "yes" if standing.needs_hand_grading else "no",
                "; ".join(f"{p.problem}: {' + '.join(p.slips)}" for p in result.problems if p.slips),
                result.unreadable,
            ]
        )
    return written([header, *rows])


def remarks(grades: Grades) -> list[str]:
    """What to know before the grades go out."""
    waiting = sum(grades.standing(student).needs_hand_grading for student in grades.graded)
    missing = sum(person.id not in grades.graded for person in grades.everybody)
    said = []
    if waiting:
        said.append(
            f"written answers of {waiting} of {len(grades.graded)} students are still to be graded by hand: "
            "their scores may rise"
        )
    if missing and grades.missing is None:
        said.append(
            f"{missing} of {len(grades.everybody)} handed in nothing: no score for them (--missing-as-zero gives 0)"
        )
    elif missing:
        said.append(f"{missing} of {len(grades.everybody)} handed in nothing: {grades.missing:g} for them")
    return said
