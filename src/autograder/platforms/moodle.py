"""Moodle.

Its archive calls a file ``<full name>_<participant>_assignsubmission_file/<file>``, or all of it with ``_`` in between;
the participant's number is another one in each assignment. The archive does not hold the times of submission (the files
in it carry that of the download), and the grading worksheet does. When it imports grades, one chooses which column
finds the student and which is the grade; ``-`` is no grade, and who has no score may be left out. (Read from
mod/assign/classes/downloader.php and grade/import/csv.)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import ClassVar

from autograder.platforms.platform import Platform, Worksheet
from autograder.records.grades import Grades
from autograder.records.moments import read_moment
from autograder.records.roster import Roster
from autograder.records.table import read_table

WORDS: Mapping[str, Sequence[str]] = {
    "first name": ("vorname", "prénom", "nombre"),
    "last name": ("surname", "nachname", "nom de famille", "nom", "apellido(s)", "apellidos"),
    "full name": (
        *("vollständiger name", "nom complet", "nombre completo"),
        *("nom complet de l’utilisateur", "nom complet de l'utilisateur", "nombre completo del usuario"),
    ),
    "username": ("anmeldename", "nom d’utilisateur", "nom d'utilisateur", "nombre de usuario"),
    "id number": ("id-nummer", "numéro d’identification", "numéro d'identification", "número de id"),
    "email address": (
        *("e-mail", "e-mail-adresse", "adresse de courriel", "adresse courriel"),
        *("dirección de correo", "dirección de correo electrónico", "correo electrónico"),
    ),
}
"""What its lists call these columns in German, French and Spanish (read from its language packs)."""


class Moodle(Platform):
    name = "Moodle"
    patterns = (r"(?P<name>[^/]+?)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)(?:_/|/|_)(?P<file_id>.+)",)
    nobody = ("", "Participant", "Teilnehmerin", "Teilnehmer_in", "Participante")
    people: ClassVar[Mapping[str, Sequence[str]]] = {
        "id": ("username", "id number", "email address"),
        "last_name": ("last name",),
        "first_name": ("first name",),
        "email": ("email address",),
    }
    keys = ("username", "id number", "email address")
    names = ("full name",)
    worksheet = "Moodle's grading worksheet, which has a column Identifier"
    tells_apart = "give Moodle's grading worksheet, with ID numbers or email addresses in it, with --worksheet"

    def columns(self, names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str] | None:
        """In English: by their names in other languages, and in the grading worksheet by what is in them, and where."""
        known = [next((own for own, theirs in WORDS.items() if name in theirs), name) for name in names]
        sheet = _worksheet(known, rows)
        return sheet or (known if {"first name", "last name"}.issubset(known) else _participants(known, rows))

    def read_worksheet(self, path: Path, roster: Roster, zone: tzinfo) -> Worksheet | None:
        header, rows = read_table(path)
        names = self.columns([column.strip().casefold() for column in header], rows) or []
        if "identifier" not in names:
            return None
        people, times = {}, {}
        for line, row in enumerate(rows, 2):
            cells = dict(zip(names, map(str.strip, row)))
            number = re.sub(r"^.*\D", "", cells["identifier"])
            if student := _student(cells, roster):
                people[number] = student
            if (said := cells.get("last modified (submission)", "-")) not in ("", "-"):
                times[number] = _local_time(said, zone, f"{path}, row {line}")
        return Worksheet(self, people, times)

    def handed_back(self, path: str, file: str) -> str:
        """For *Upload multiple feedback files in a zip*.

        Each version of Moodle takes the name in one piece. (Read from mod/assign/feedback/file/importziplib.php.)
        """
        found = re.match(r"[^/_]+_\d+_assignsubmission_(?:file|onlinetext)(?=[_/])", path)
        return f"{found[0]}_{file}" if found else ""

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


def _worksheet(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str] | None:
    """The columns of the grading worksheet in English; None if it is none.

    It has, in this order: who it is by a word and a number, the name (unless marking is anonymous) and what else is
    shown of a student; then, after others, the grade, the maximum, where there is one the state of marking, whether the
    grade can be changed, and the time of submission. (Read from mod/assign/gradingtable.php.)
    """
    if "identifier" in names:
        return list(names)
    columns = _by_column(names, rows)
    if not columns or not all(re.fullmatch(r"[^\W\d][^\d]*\d+", cell) for cell in columns[0]):
        return None
    maximum = next((k for k in range(3, len(names) - 2) if _is_one_number(columns[k])), len(names))
    times = [k for k, column in enumerate(columns) if all(map(_is_time, column))]
    submitted = maximum + 2
    if submitted not in times:  # after a state of marking; when it was graded stands in a later column
        submitted = maximum + 3
        if submitted not in times[:-1]:
            return None
    found = list(names)
    found[0], found[maximum - 1], found[maximum] = "identifier", "grade", "maximum grade"
    found[submitted] = "last modified (submission)"
    for k in range(1, maximum - 2):
        if _are_addresses(columns[k]):
            found[k] = "email address"
        elif k == 1:
            found[k] = "full name"
    return found


def _participants(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str] | None:
    """The columns of a list of participants in a language that is not known; None if it is no such list.

    It begins with first and last name, and of the others the addresses are known by what is in them. Where a heading
    says a name in English, it is another table.
    """
    columns = _by_column(names, rows)
    addresses = next((k for k in range(2, len(columns)) if _are_addresses(columns[k])), None)
    if addresses is None or any(re.search(r"name\b|student|\bid\b", name) for name in names[:2]):
        return None
    if not all(re.fullmatch(r"[^\d@]+", cell) for column in columns[:2] for cell in column):
        return None
    found = ["first name", "last name", *names[2:]]
    found[addresses] = "email address"
    return found


def _by_column(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """The cells of each column; [] if there are no rows."""
    return list(zip(*([*map(str.strip, row), *[""] * len(names)][: len(names)] for row in rows)))


def _are_addresses(cells: Sequence[str]) -> bool:
    return all(cell == "" or re.fullmatch(r"\S+@\S+", cell) for cell in cells) and any(cells)


def _is_one_number(cells: Sequence[str]) -> bool:
    return len(set(cells)) == 1 and bool(re.fullmatch(r"\d+(?:[.,]\d+)?", cells[0]))


def _is_time(cell: str) -> bool:
    return cell in ("", "-") or len(re.findall(r"\d+", cell)) >= 4


def _student(cells: Mapping[str, str], roster: Roster) -> str:
    """The id of the student in a row, or what surely tells apart who is on no roster; "" if nothing does."""
    sure = [cells[column] for column in ("username", "id number", "email address") if cells.get(column)]
    try:
        found = next(filter(None, map(roster.find, sure)), None) or roster.find_named(cells.get("full name", ""))
    except ValueError:
        return ""
    return found.id if found else next(iter(sure), "")


def _local_time(text: str, zone: tzinfo, where: str) -> datetime:
    try:
        return read_moment(text, zone)
    except ValueError as reason:
        raise ValueError(
            f"{where}: {text!r} is no time that can be read ({reason}). "
            "Set your Moodle to English, and download the worksheet again"
        ) from None
