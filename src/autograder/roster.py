"""The people of a course: who they are, read from a file of the registrar's, of Canvas or of Moodle, and found again by what an LMS calls them."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

from nbgrader.api import Gradebook, Student

from autograder.pages import CONTROLS

MAX_BYTES = 20_000_000
COLUMNS = {
    "id": ("student_id", "username", "sis login id", "sis user id", "id number", "email address", "canvas id"),
    "last_name": ("lastname", "last name", "surname"),
    "first_name": ("firstname", "first name"),
    "email": ("email address", "e-mail"),
    "lms_user_id": ("canvas id",),
}
"""What the columns of nbgrader's gradebook are called elsewhere, the best name first; case does not matter."""
LONGEST = 128
"""Characters of a field in nbgrader's gradebook."""


@dataclass(frozen=True)
class Person:
    """A student as nbgrader's gradebook knows one; what is not known is ""."""

    id: str
    last_name: str = ""
    first_name: str = ""
    email: str = ""
    lms_user_id: str = ""

    @property
    def name(self) -> str:
        """The name to show: that of the person, or the id."""
        return f"{self.first_name} {self.last_name}".strip() or self.id

    @property
    def order(self) -> tuple[str, ...]:
        """By which a class is sorted: last name, first name, id; who has no name by the id."""
        return (self.last_name or self.name).casefold(), self.first_name.casefold(), self.id.casefold(), self.id

    @property
    def enrolled(self) -> bool:
        """Whether a roster said more of this student than the name of a folder does."""
        return any((self.last_name, self.first_name, self.email, self.lms_user_id))


class Roster:
    """The people in the gradebook, found by id, number or name."""

    def __init__(self, people: Iterable[Person]):
        self.people: Mapping[str, Person] = {person.id: person for person in people}
        self._by_number = {person.lms_user_id: person for person in self.people.values() if person.lms_user_id}
        self._by_key: dict[str, set[Person]] = defaultdict(set)
        for person in self.people.values():
            for spelling in (
                person.id,
                person.email,
                f"{person.first_name} {person.last_name}",
                f"{person.last_name} {person.first_name}",
            ):
                self._by_key[key(spelling)].add(person)
        self._by_key.pop("", None)

    @classmethod
    def of(cls, gradebook: Gradebook) -> Roster:
        columns = [
            getattr(Student, field.name) for field in fields(Person)
        ]  # the whole of a student would add up all scores
        return cls(Person(*(value or "" for value in row)) for row in gradebook.db.query(*columns))

    def __getitem__(self, student: str) -> Person:
        return self.people.get(student) or Person(student)

    @property
    def enrolled(self) -> list[Person]:
        """Who is on the roster, in order; empty if there never was one."""
        return sorted((person for person in self.people.values() if person.enrolled), key=lambda person: person.order)

    def without(self, students: Container[str]) -> list[Person]:
        """Who is in the gradebook and not among these, in order."""
        return sorted(
            (person for person in self.people.values() if person.id not in students), key=lambda person: person.order
        )

    def find(self, name: str, number: str = "") -> Person | None:
        """Who is meant by this id or name, with the number that the LMS gives; None if nobody is, ValueError if it could be several."""
        if name in self.people:
            return self.people[name]
        numbered = self._by_number.get(number) if number else None
        named = self._by_key.get(key(name), set())
        if numbered and named and numbered not in named:
            raise ValueError(f"its number is that of {numbered.name}, and its name is that of {_names(named)}")
        if numbered:
            return numbered
        if len(named) > 1:
            raise ValueError(f"it could be {_names(named)}")
        return next(iter(named), None)


def key(name: str) -> str:
    """The name without what systems leave out or write differently: accents as such, case, spaces and punctuation."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", name).casefold() if letter.isalnum())


def read_table(path: Path) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a CSV file with commas, semicolons or tabs, in UTF-8, UTF-16 or, failing that, in the code of Western Windows."""
    raw = path.read_bytes()
    if len(raw) > MAX_BYTES:
        raise ValueError(f"{path} has {len(raw) / 1e6:.0f} MB; that is no list of students")
    encodings = ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252", "latin-1")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise ValueError(f"{path} is no text")
    if "\0" in text:
        raise ValueError(f"{path} is no CSV file; save or export the table as CSV")
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    try:
        header, *rows = [
            row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if any(map(str.strip, row))
        ] or [[]]
    except csv.Error as error:
        raise ValueError(f"{path} is no CSV file ({error})") from None
    return header, rows


def read_roster(path: Path) -> list[Person]:
    """The people in a CSV file: with the columns of ``nbgrader db student import``, an export of Canvas's gradebook, or one of Moodle's.

    ValueError, with the line, if a row has no id or one that cannot name a folder, or if an id comes twice.
    """
    header, rows = read_table(path)
    names = [column.strip().casefold() for column in header]
    if canvas := "student" in names and "section" in names:
        names = ["canvas id" if name == "id" else name for name in names]
    if not any(name in ("id", *COLUMNS["id"]) for name in names):
        raise ValueError(
            f"{path} has no column that tells students apart. It has: {', '.join(header)}. "
            f"Needed is one of: id, {', '.join(COLUMNS['id'][:-1])}"
        )
    people: dict[str, Person] = {}
    for line, row in enumerate(rows, 2):
        cells = dict(zip(names, map(str.strip, row)))
        if canvas and _no_student(cells):
            continue
        person = _read_person(cells)
        if problem := _unfit(person):
            raise ValueError(f"{path}, row {line}: {problem}")
        if person.id in people:
            raise ValueError(f"{path}, row {line}: {person.id} comes twice")
        people[person.id] = person
    return list(people.values())


def enrol(gradebook: Gradebook, people: Iterable[Person]) -> dict[str, list[Person]]:
    """Enter the people into the gradebook, all or none: who is "new", "changed" or "unchanged"; an empty field takes nothing away."""
    done: dict[str, list[Person]] = {"new": [], "changed": [], "unchanged": []}
    session = gradebook.db
    known = Roster.of(gradebook).people
    try:
        for person in people:
            before = known.get(person.id)
            after = replace(before, **_filled(person)) if before else person
            if before is None:
                session.add(Student(id=person.id, **_filled(person)))
            elif after != before:
                session.query(Student).filter_by(id=person.id).update(_filled(after))
            done["new" if before is None else "unchanged" if after == before else "changed"].append(after)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    return done


def _filled(person: Person) -> dict[str, str]:
    return {
        field.name: value for field in fields(person) if field.name != "id" and (value := getattr(person, field.name))
    }


def _read_person(cells: Mapping[str, str]) -> Person:
    values = {
        field: next((cells[name] for name in (field, *aliases) if cells.get(name)), "")
        for field, aliases in COLUMNS.items()
    }
    if not (values["last_name"] or values["first_name"]):
        values |= _split(cells.get("student") or cells.get("full name") or cells.get("name") or "")
    return Person(**values)


def _split(name: str) -> dict[str, str]:
    """First and last name of ``Lovelace, Ada`` or ``Ada Lovelace``."""
    if "," in name:
        last, first = name.split(",", 1)
    else:
        first, _, last = name.rpartition(" ")
    return {"last_name": last.strip(), "first_name": first.strip()}


def _no_student(cells: Mapping[str, str]) -> bool:
    """The rows of Canvas's gradebook that are about assignments, and its student for trying out."""
    return (
        "points possible" in cells.get("student", "").casefold()
        or not cells.get("student")
        or (cells["student"] == "Student, Test" and not cells.get("sis user id"))
    )


def _unfit(person: Person) -> str:
    if not person.id:
        return f"there is no id for {person.name or 'this row'}"
    if reason := unfit_id(person.id):
        return f"the id {person.id!r} cannot be used: {reason}"
    if any(len(value) > LONGEST for value in _filled(person).values()):
        return f"a field of {person.id} is longer than {LONGEST} characters"
    return ""


def unfit_id(student: str) -> str:
    """Why this cannot be the id of a student, which names folders and files; "" if it can."""
    if not student or student.startswith(".") or re.search(r"[/\\\t\n]", student) or CONTROLS.search(student):
        return "it is empty, begins with a dot, or holds a slash or a control character"
    return f"it has more than {LONGEST} bytes" if len(student.encode()) > LONGEST else ""


def _names(people: Iterable[Person]) -> str:
    return " or ".join(sorted(f"{person.name} ({person.id})" for person in people))
