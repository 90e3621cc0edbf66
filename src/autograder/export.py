"""Grades on their way out: a table for a spreadsheet, and what Canvas and Moodle import.

Canvas finds a student by ``ID``, else by ``SIS Login ID``, else by the name, and wants the columns in this order (lib/gradebook_importer.rb). Moodle
lets one choose which column finds the student and which is the grade; ``-`` is no grade (grade/import/csv). Both leave out who has no score.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autograder.pages import title, visible
from autograder.result import Result
from autograder.roster import Person, Roster, read_table
from autograder.standing import Standing

CANVAS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
MOODLE = ["ID number", "Email address", "First name", "Last name"]
KEYS = ("id", "sis login id", "sis user id", "username", "id number", "email address", "student", "full name")
"""The columns of a platform's own table by which a student is found, the surest first."""


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
        result = self.graded[student]
        return self.standings.get(student) or Standing(student, self.assignment, result.score, result.max_score)

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
    """One row a student: the score of each function, of the written answers, the late penalty and the total. Who is missing has no score."""
    header = [
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
    rows = []
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
    return _written([header, *rows])


def as_canvas(grades: Grades, column: str = "") -> str:
    """For *Grades → Import*: Canvas takes the last column for the assignment of that name, or offers to make one."""
    rows = [["    Points Possible", "", "", "", "", grades.max_score]]
    for person in grades.everybody:
        name = f"{person.last_name}, {person.first_name}" if person.last_name and person.first_name else person.name
        rows.append([name, person.lms_user_id, "", person.id, "", grades.score(person.id)])
    return _written([[*CANVAS, column or title(grades.assignment)], *rows])


def as_moodle(grades: Grades, column: str = "") -> str:
    """For *Grades → Import → CSV file*: map *ID number* or *Email address* to the student, and the last column to the grade."""
    rows = [
        [person.id, person.email, person.first_name, person.last_name, grades.score(person.id) or "-"]
        for person in grades.everybody
    ]
    return _written([[*MOODLE, column or title(grades.assignment)], *rows])


def filled(grades: Grades, template: Path, column: str = "") -> tuple[str, list[str]]:
    """A table that Canvas or Moodle exported, with the scores in their column and all else as it was; and remarks on what did not fit.

    ValueError if the column is not there.
    """
    header, rows = read_table(template)
    names = [name.strip().casefold() for name in header]
    place = _column(header, names, grades.assignment, column, template)
    filled, remarks = set(), []
    for row in rows:
        row += [""] * (len(header) - len(row))
        cells = dict(zip(names, map(str.strip, row)))
        called = next((cells[name] for name in ("full name", "student", *KEYS) if cells.get(name)), "")
        about_points = "points possible" in called.casefold()
        if about_points or cells.get("maximum grade"):
            remarks += _maximum(row[place] if about_points else cells["maximum grade"], grades.max_score, template)
        if person := _person(cells, grades.people):
            if score := grades.score(person.id):
                row[place] = score
                filled.add(person.id)
        elif called and not about_points:
            remarks.append(f"{template} has a row for {called}, who is not in the gradebook; it stays as it was")
    remarks += [
        f"{person.name} ({person.id}) has a score and no row in {template}"
        for person in grades.everybody
        if grades.score(person.id) and person.id not in filled
    ]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue(), list(dict.fromkeys(remarks))


def remarks(grades: Grades) -> list[str]:
    """What to know before the grades go out."""
    waiting = sum(grades.standing(student).needs_hand_grading for student in grades.graded)
    missing = sum(person.id not in grades.graded for person in grades.everybody)
    said = []
    if waiting:
        said.append(
            f"written answers of {waiting} of {len(grades.graded)} students are still to be graded by hand: their scores may rise"
        )
    if missing and grades.missing is None:
        said.append(
            f"{missing} of {len(grades.everybody)} handed in nothing: no score for them (--missing-as-zero gives 0)"
        )
    elif missing:
        said.append(f"{missing} of {len(grades.everybody)} handed in nothing: {grades.missing:g} for them")
    return said


def csv_field(value: str | float) -> str:
    """One field: text that a spreadsheet could take for a formula gets an apostrophe in front."""
    if not isinstance(value, str):
        return f"{round(value, 4):.12g}"
    text = visible(value)
    return "'" + text if re.match(r"\s*[=+\-@＝＋－＠]|[\t\r\n]", value) and value != "-" else text


def _written(rows: Iterable[Sequence[str | float]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(map(csv_field, row) for row in rows)
    return text.getvalue()


def _column(header: Sequence[str], names: Sequence[str], assignment: str, column: str, template: Path) -> int:
    """Where the score goes: the column asked for, the one of the problem set's name or title, or that of a grading worksheet."""
    for wanted in [column] if column else [assignment, title(assignment)]:
        for place, name in enumerate(names):
            if name == wanted.casefold() or re.search(rf"(^|: ?){re.escape(wanted.casefold())}( \(\w+\))?$", name):
                return place
    if not column and "identifier" in names and "grade" in names:
        return names.index("grade")
    raise ValueError(
        f"{template} has no column {column or assignment}; name one with --column. It has: {', '.join(header)}"
    )


def _person(cells: Mapping[str, str], people: Roster) -> Person | None:
    """Who a row is about; None if nobody, or not for certain."""
    for name in KEYS:
        if value := cells.get(name):
            try:
                if found := people.find(value, value if name == "id" else ""):
                    return found
            except ValueError:
                continue
    return None


def _maximum(said: str, maximum: float, template: Path) -> list[str]:
    try:
        wrong = abs(float(said.replace(",", ".")) - maximum) > 0.005
    except ValueError:
        return []
    return (
        [
            f"{template} says that there are {said} points, and there are {maximum:g}: change that first, or the grades are wrong"
        ]
        if wrong
        else []
    )
