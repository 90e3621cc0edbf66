"""``autograder roster``: enter the people of a course into the gradebook."""

from __future__ import annotations

from argparse import Namespace

from autograder.commands import terminal
from autograder.platforms.tables import read_roster
from autograder.records.course import Course, Folder
from autograder.records.gradebook import Recorder
from autograder.text import counted, printable


def roster(options: Namespace) -> int:
    """Enter the people of a list, and say who is new, who has changed, and who is not on it."""
    course = Course.here()
    folder = Folder(options.out or course.grading)
    folder.make()
    terminal.readers(course.root, folder.root)
    people = read_roster(options.file)
    with Recorder(options.db or folder.database) as recorder:
        done = recorder.enrol(people)
        everybody = recorder.roster().people
    for what in ("new", "changed"):
        for person in done[what]:
            print(f"{what:<8} {printable(person.id)}  {printable(person.name)}")
    counts = ", ".join(f"{len(several)} {what}" for what, several in done.items())
    print(f"{counted(len(people), 'student')} in {options.file}: {counts}")
    if gone := sorted(everybody.keys() - {person.id for person in people}):
        print(
            f"in the gradebook and not in {options.file}: {terminal.some(gone)}. "
            "They stay; 'nbgrader db student remove ID' removes one."
        )
    return 0
