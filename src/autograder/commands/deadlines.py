"""``autograder due`` and ``autograder extend``: until when a problem set is to be handed in."""

from __future__ import annotations

import difflib
from argparse import Namespace
from collections.abc import Callable
from datetime import timedelta

from autograder.commands.session import Session
from autograder.records import results
from autograder.records.gradebook import Recorder
from autograder.records.roster import Roster
from autograder.text import printable


def due(options: Namespace) -> int:
    """Set the due date."""
    return _change(options, _set_due)


def extend(options: Namespace) -> int:
    """Give one student more time."""
    return _change(options, _extend)


def _change(options: Namespace, change: Callable[[Namespace, Recorder], str]) -> int:
    """Change a due date, and the pages that show who was late."""
    with Session.open(options) as session:
        session.write_alone()
        print(change(options, session.recorder))
        if results.results_of(session.folder, session.assignment):
            session.load()
            session.publish()
    return 0


def _set_due(options: Namespace, recorder: Recorder) -> str:
    recorder.set_due(options.assignment, options.date)
    return f"{options.assignment} is due {options.date:%Y-%m-%d %H:%M} UTC"


def _extend(options: Namespace, recorder: Recorder) -> str:
    people = recorder.roster()
    student = people.find(options.student)
    if student is None:
        advice = _advice(options.student, people)
        raise ValueError(f"there is no student {options.student!r} in the gradebook; {advice}")
    until, due_date = options.until, recorder.due(options.assignment)
    if options.days is not None and due_date:
        until = due_date + timedelta(days=options.days)
    recorder.extend(student.id, options.assignment, until)
    return f"{student.id} has until {until:%Y-%m-%d %H:%M} UTC" if until else f"{student.id} has no extension"


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
