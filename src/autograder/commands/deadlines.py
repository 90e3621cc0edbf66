"""``autograder due`` and ``autograder extend``: until when a problem set is to be handed in."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from datetime import timedelta

from autograder.commands.people import the_student
from autograder.commands.session import Session
from autograder.records.gradebook import Recorder


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
        session.results = session.recorded()
        if session.results:
            session.publish()
    return 0


def _set_due(options: Namespace, recorder: Recorder) -> str:
    recorder.set_due(options.assignment, options.date)
    return f"{options.assignment} is due {options.date:%Y-%m-%d %H:%M} UTC"


def _extend(options: Namespace, recorder: Recorder) -> str:
    people = recorder.roster()
    student = the_student(options.student, people)
    until, due_date = options.until, recorder.due(options.assignment)
    if options.days is not None and due_date:
        until = due_date + timedelta(days=options.days)
    recorder.extend(student.id, options.assignment, until)
    return f"{student.id} has until {until:%Y-%m-%d %H:%M} UTC" if until else f"{student.id} has no extension"
