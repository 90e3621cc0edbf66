"""Moodle.

Its archive calls a file ``<full name>_<participant>_assignsubmission_file/<file>``, or all of it with ``_`` in between;
the participant's number is another one in each assignment. The archive does not hold the times of submission (the files
in it carry that of the download), and the grading worksheet does. When it imports grades, one chooses which column
finds the student and which is the grade; ``-`` is no grade, and who has no score may be left out. (Read from
mod/assign/classes/downloader.php and grade/import/csv.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import ClassVar

from autograder.platforms.platform import Platform, Worksheet
from autograder.records.grades import Grades
from autograder.records.moments import read_moment
from autograder.records.roster import Roster
from autograder.records.table import read_table


class Moodle(Platform):
    name = "Moodle"
    patterns = (r"(?P<name>[^/]+?)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)(?:_/|/|_)(?P<file_id>.+)",)
    nobody = ("", "Participant")
    people: ClassVar[Mapping[str, Sequence[str]]] = {
        "id": ("username", "id number", "email address"),
        "last_name": ("last name", "surname"),
        "first_name": ("first name",),
        "email": ("email address", "e-mail"),
    }
    keys = ("username", "id number", "email address")
    names = ("full name",)
    worksheet = "Moodle's grading worksheet, which has a column Identifier"
    tells_apart = "give Moodle's grading worksheet with --worksheet"

    def read_worksheet(self, path: Path, roster: Roster, zone: tzinfo) -> Worksheet | None:
        header, rows = read_table(path)
        names = [column.strip().casefold() for column in header]
        if "identifier" not in names:
            return None
        people, times = {}, {}
        for line, row in enumerate(rows, 2):
            cells = dict(zip(names, map(str.strip, row)))
            number = cells["identifier"].rpartition(" ")[2]
            if student := _student(cells, roster):
                people[number] = student
            if (said := cells.get("last modified (submission)", "-")) not in ("", "-"):
                times[number] = _local_time(said, zone, f"{path}, row {line}")
        return Worksheet(self, people, times)

    def import_table(self, grades: Grades, column: str) -> list[list[str | float]]:
        """For *Grades → Import → CSV file*.

        Map *ID number* or *Email address* to the student, and the last column to the grade.
        """
        header: list[str | float] = ["ID number", "Email address", "First name", "Last name", column]
        rows: list[list[str | float]] = [
            [person.id, person.email, person.first_name, person.last_name, grades.score(person.id) or "-"]
            for person in grades.everybody
        ]
        return [header, *rows]

    def grade_column(self, names: Sequence[str]) -> int | None:
        return names.index("grade") if "identifier" in names and "grade" in names else None

    def maximum(self, cells: Mapping[str, str], grade: str) -> str | None:
        return cells.get("maximum grade") or None


def _student(cells: Mapping[str, str], roster: Roster) -> str:
    """The id of the student in a row, or what the row calls who is on no roster; "" if it could be several."""
    sure = [cells[column] for column in ("username", "id number", "email address") if cells.get(column)]
    try:
        found = next(filter(None, map(roster.find, sure)), None) or roster.find_named(cells.get("full name", ""))
    except ValueError:
        return ""
    return found.id if found else next(iter(sure), cells.get("full name", ""))


def _local_time(text: str, zone: tzinfo, where: str) -> datetime:
    try:
        return read_moment(text, zone)
    except ValueError as reason:
        raise ValueError(
            f"{where}: {text!r} is no time that can be read ({reason}). "
            "Set your Moodle to English and download the worksheet again"
        ) from None
