"""``autograder due`` and ``autograder extend``: until when a problem set is to be handed in."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from datetime import timedelta

from autograder.commands.people import the_student
from autograder.commands.session import Session
from autograder.commands.zones import in_utc, shown
from autograder.records.course import Course, Folder
from autograder.records.gradebook import Recorder
from autograder.text import printable


def due(options: Namespace) -> int:
    """Set the due date, or list what is set."""
    return _list(options) if options.date is None else _change(options, _set_due)


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


def _list(options: Namespace) -> int:
    """The due date of one problem set, or of all, and who has more time."""
    course = Course.here()
    if options.assignment:
        course.require(options.assignment)
    folder = Folder(options.out or course.grading)
    folder.make()
    with Recorder(options.db or folder.database) as recorder:
        people = recorder.roster()
        for assignment in [options.assignment] if options.assignment else course.problem_sets:
            date = recorder.due(assignment) if recorder.knows(assignment) else None
            print(f"{assignment}  {shown(date, options.zone) if date else 'no due date'}")
            for student, until in sorted(recorder.extensions(assignment).items()) if date else ():
                print(f"    {printable(student)}  {shown(until, options.zone)}  {printable(people[student].name)}")
    return 0


def _set_due(options: Namespace, recorder: Recorder) -> str:
    date = in_utc(options.date, options.zone)
    recorder.set_due(options.assignment, date)
    return f"{options.assignment} is due {shown(date, options.zone)}"


def _extend(options: Namespace, recorder: Recorder) -> str:
    people = recorder.roster()
    student = the_student(options.student, people)
    until, due_date = options.until and in_utc(options.until, options.zone), recorder.due(options.assignment)
    if options.days is not None and due_date:
        until = due_date + timedelta(days=options.days)
    recorder.extend(student.id, options.assignment, until)
    return f"{student.id} has until {shown(until, options.zone)}" if until else f"{student.id} has no extension"
