"""Who is meant by what an instructor types."""

from __future__ import annotations

import difflib

from autograder.records.roster import Person, Roster
from autograder.text import printable


def the_student(name: str, people: Roster) -> Person:
    """The student of this id or name; ValueError, with who may be meant, if there is none or it could be several."""
    try:
        student = people.find(name)
    except ValueError as reason:
        raise ValueError(f"{name!r} is not clear: {reason}. Say the id") from None
    if student is None:
        raise ValueError(f"there is no student {name!r} in the gradebook; {_advice(name, people)}")
    return student


def _advice(student: str, people: Roster) -> str:
    """Who may be meant, by id, name or a part of the name."""
    spellings = {
        spelling.casefold(): person.id
        for person in people.people.values()
        for spelling in (person.first_name, person.last_name, person.name, person.id)
        if spelling
    }
    close = difflib.get_close_matches(student.casefold(), spellings, 3)
    near = dict.fromkeys(spellings[spelling] for spelling in close)
    return f"did you mean {' or '.join(map(printable, near))}?" if near else "'autograder roster' enters students"
