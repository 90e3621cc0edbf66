"""Tables of any platform, or of the registrar: lists of people, worksheets, and tables of grades to be filled in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from pathlib import Path

from autograder.platforms import platforms
from autograder.platforms.platform import Platform, Worksheet
from autograder.records.grades import Grades
from autograder.records.roster import Person, Roster, unfit
from autograder.records.table import read_table, written_like
from autograder.text import title

NBGRADERS = {
    "id": ("id", "student_id"),
    "last_name": ("last_name", "lastname"),
    "first_name": ("first_name", "firstname"),
    "email": ("email",),
    "lms_user_id": ("lms_user_id",),
}
"""What nbgrader and registrars call the columns of a list of people; case does not matter."""
NAMES = ("first_name", "last_name")


def read_roster(path: Path) -> list[Person]:
    """The people in a CSV file: with the columns of ``nbgrader db student import``, or as a platform exports them.

    ValueError, with the line, if a row has no id or one that cannot name a folder, or if an id comes twice.
    """
    header, rows = read_table(path)
    names = [column.strip().casefold() for column in header]
    origin, names = _in_words(names, rows)
    if not any(name in _columns("id") for name in names):
        raise ValueError(
            f"{path} has no column that tells students apart. It has: {', '.join(header)}. "
            f"Needed is one of: {', '.join(_columns('id'))}"
        )
    people: dict[str, Person] = {}
    for line, row in enumerate(rows, 2):
        cells = dict(zip(names, (unicodedata.normalize("NFC", cell.strip()) for cell in row)))
        if origin and origin.is_about_nobody(cells):
            continue
        person = _read_person(cells)
        if problem := unfit(person):
            raise ValueError(f"{path}, row {line}: {problem}")
        if person.id in people:
            raise ValueError(f"{path}, row {line}: {person.id} comes twice")
        people[person.id] = person
    return list(people.values())


def read_worksheet(path: Path, roster: Roster, zone: tzinfo) -> Worksheet:
    """A platform's table of who handed in when, with times in ``zone``; ValueError if the file is none."""
    read = (platform.read_worksheet(path, roster, zone) for platform in platforms())
    if found := next(filter(None, read), None):
        return found
    known = " or ".join(platform.worksheet for platform in platforms() if platform.worksheet)
    raise ValueError(f"{path} is not {known}. It has: {', '.join(read_table(path)[0])}")


def filled(grades: Grades, template: Path, column: str = "") -> tuple[str, list[str]]:
    """A table that a platform exported, with the scores in their column and all else as it was.

    With it come remarks on what did not fit. ValueError if the column is not there.
    """
    header, rows = read_table(template)
    _, names = _in_words([name.strip().casefold() for name in header], rows)
    place = _grade_column(header, names, grades.assignment, column, template)
    done, remarks = set(), []
    for row in rows:
        row += [""] * (len(header) - len(row))
        cells = dict(zip(names, map(str.strip, row)))
        maxima = [platform.maximum(cells, row[place]) for platform in platforms()]
        if maximum := next(filter(None, maxima), None):
            remarks += _wrong_maximum(maximum, grades.max_score, template)
        if person := _person(cells, grades.people):
            if score := grades.score(person.id):
                row[place] = score
                done.add(person.id)
        elif (called := _called(cells)) and not any(platform.is_about_points(cells) for platform in platforms()):
            remarks.append(
                f"{template} has a row for {called}, who is not in the gradebook, or has left; it stays as it was"
            )
    remarks += [
        f"{person.name} ({person.id}) has a score and no row in {template}"
        for person in grades.everybody
        if grades.score(person.id) and person.id not in done
    ]
    return written_like(template, [header, *rows]), list(dict.fromkeys(remarks))


def _in_words(names: list[str], rows: Sequence[Sequence[str]]) -> tuple[Platform | None, list[str]]:
    """Whose table has these columns, and the columns in the words of that platform; as they are if it is nobody's."""
    found = ((platform, platform.columns(names, rows)) for platform in platforms())
    return next(((platform, own) for platform, own in found if own), (None, names))


def _columns(field: str) -> list[str]:
    """What the column of this field of a `Person` is called anywhere, the best name first."""
    return [*NBGRADERS[field], *(name for platform in platforms() for name in platform.people.get(field, ()))]


def _read_person(cells: Mapping[str, str]) -> Person:
    values = {field: next((cells[name] for name in _columns(field) if cells.get(name)), "") for field in NBGRADERS}
    if not (values["last_name"] or values["first_name"]):
        whole = [*_names(), "name"]
        values |= _split(next((cells[name] for name in whole if cells.get(name)), ""))
    return Person(**values)


def _split(name: str) -> dict[str, str]:
    """First and last name of ``Lovelace, Ada`` or ``Ada Lovelace``."""
    if "," in name:
        last, first = name.split(",", 1)
    else:
        first, _, last = name.rpartition(" ")
    return {"last_name": last.strip(), "first_name": first.strip()}


def _keys() -> list[str]:
    return ["id", *(name for platform in platforms() for name in platform.keys)]


def _names() -> list[str]:
    return [name for platform in platforms() for name in platform.names]


def _person(cells: Mapping[str, str], people: Roster) -> Person | None:
    """Who a row is about; None if nobody, or not for certain."""
    numbers = {"id", *(platform.number for platform in platforms())}
    said = [(name, cells.get(name, "")) for name in (*_keys(), *_names())]
    for name, value in (*said, ("name", _split_name(cells))):
        try:
            if value and (found := people.find(value, value if name in numbers else "")):
                return found
        except ValueError:
            continue
    return None


def _called(cells: Mapping[str, str]) -> str:
    return _split_name(cells) or next((cells[name] for name in (*_names(), *_keys()) if cells.get(name)), "")


def _split_name(cells: Mapping[str, str]) -> str:
    """The name in a row that has it in two columns."""
    parts = (next((cells[name] for name in _columns(part) if cells.get(name)), "") for part in NAMES)
    return " ".join(filter(None, parts))


def _grade_column(header: Sequence[str], names: Sequence[str], assignment: str, column: str, template: Path) -> int:
    """Where the score goes: the column asked for, one with the set's name or title, or the only one of the table.

    ``names`` are the columns in the words of the platform.
    """
    for wanted in [column] if column else [assignment, title(assignment)]:
        for place, name in enumerate(name.strip().casefold() for name in header):
            if name == wanted.casefold() or re.search(rf"(^|: ?){re.escape(wanted.casefold())}( \(\w+\))?$", name):
                return place
    only = [platform.grade_column(names) for platform in platforms()]
    if not column and (found := [place for place in only if place is not None]):
        return found[0]
    raise ValueError(
        f"{template} has no column {column or assignment}; name one with --column. It has: {', '.join(header)}"
    )


def _wrong_maximum(said: str, maximum: float, template: Path) -> list[str]:
    try:
        if abs(float(said.replace(",", ".")) - maximum) <= 0.005:
            return []
    except ValueError:
        return []
    return [
        f"{template} says that there are {said} points, and there are {maximum:g}: change that first, "
        "or the grades are wrong"
    ]
