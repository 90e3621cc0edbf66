"""The people of a course: who they are in the gradebook, and found again by what a platform calls them."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, fields, replace

from sqlalchemy import Connection, select

from autograder.records.tables import students

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
            for spelling in {key(person.id), key(person.email), *_spellings(person)}:
                self._by_key[spelling].add(person)
        self._by_key.pop("", None)

    @classmethod
    def of(cls, gradebook: Connection) -> Roster:
        columns = [students.columns[field.name] for field in fields(Person)]
        return cls(Person(*(value or "" for value in row)) for row in gradebook.execute(select(*columns)))

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

    def told_apart(self, students: Iterable[str] = ()) -> dict[str, str]:
        """The name to show of everybody here and of these ``students``, by id; with the id where two have one name."""
        names = {student: self[student].name for student in {*self.people, *students}}
        several = Counter(key(name) for name in names.values())
        return {
            student: f"{name} ({student})" if several[key(name)] > 1 and name != student else name
            for student, name in names.items()
        }

    def leaving_out(self, students: Container[str]) -> Roster:
        """The roster without these."""
        return Roster(person for person in self.people.values() if person.id not in students)

    def find(self, name: str, number: str = "") -> Person | None:
        """Who is meant by this id or name, with the number that the platform gives.

        None if nobody is, ValueError if it could be several.
        """
        return self.people.get(name) or self._matching(name, number)

    def find_named(self, name: str, number: str = "") -> Person | None:
        """Like `find`, for a name that its owner may have chosen: an id or an address is none.

        ValueError also if it is the id or the address of somebody who is called otherwise.
        """
        found = self._matching(name, number)
        if found is None or found is self._by_number.get(number):
            return found
        if (found.first_name or found.last_name) and key(name) not in _spellings(found):
            raise ValueError(f"it is called like the id or the address of {_names([found])}, who has another name")
        return found

    def _matching(self, name: str, number: str) -> Person | None:
        numbered = self._by_number.get(number) if number else None
        named = self._by_key.get(key(name), set())
        if numbered and named and numbered not in named:
            raise ValueError(f"its number is that of {numbered.name}, and its name is that of {_names(named)}")
        if numbered:
            return numbered
        if len(named) > 1:
            raise ValueError(f"it could be {_names(named)}")
        return next(iter(named), None)


def _spellings(person: Person) -> set[str]:
    """The keys of the name of a person; who has one name alone has it twice on platforms that ask for two."""
    first, last = key(person.first_name), key(person.last_name)
    if first and last and first != last:
        return {first + last, last + first}
    return {first or last, 2 * (first or last)}


def key(name: str) -> str:
    """The name without what systems leave out or write differently: accents as such, case, spaces and punctuation."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", name).casefold() if letter.isalnum())


def enrol(gradebook: Connection, people: Iterable[Person]) -> dict[str, list[Person]]:
    """Enter the people into the gradebook, in the transaction that is open: who is "new", "changed" or "unchanged".

    An empty field takes nothing away.
    """
    done: dict[str, list[Person]] = {"new": [], "changed": [], "unchanged": []}
    known = Roster.of(gradebook).people
    for person in people:
        before = known.get(person.id)
        after = replace(before, **_filled(person)) if before else person
        if before is None:
            gradebook.execute(students.insert().values(id=person.id, **_filled(person)))
        elif after != before:
            gradebook.execute(students.update().where(students.c.id == person.id).values(_filled(after)))
        done["new" if before is None else "unchanged" if after == before else "changed"].append(after)
    return done


def _filled(person: Person) -> dict[str, str]:
    return {
        field.name: value for field in fields(person) if field.name != "id" and (value := getattr(person, field.name))
    }


def unfit(person: Person) -> str:
    """Why this person cannot be entered into the gradebook, "" if nothing is against it."""
    if not person.id:
        return f"there is no id for {person.name or 'this row'}"
    if reason := unfit_id(person.id):
        return f"the id {person.id!r} cannot be used: {reason}"
    if any(len(value) > LONGEST for value in _filled(person).values()):
        return f"a field of {person.id} is longer than {LONGEST} characters"
    return ""


def unfit_id(student: str) -> str:
    """Why this cannot be the id of a student, which names folders and files; "" if it can."""
    try:
        length = len(student.encode())
    except UnicodeEncodeError:
        return "it is not valid UTF-8"
    if not student:
        return "it is empty"
    if student.startswith("."):
        return "it begins with a dot"
    if "/" in student or "\0" in student:
        return "it holds a slash or a zero byte"
    return f"it has {length} bytes, and no id has more than {LONGEST} bytes" if length > LONGEST else ""


def _names(people: Iterable[Person]) -> str:
    return " or ".join(sorted(f"{person.name} ({person.id})" for person in people))
