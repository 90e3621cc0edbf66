"""``autograder roster``: enter the people of a course into the gradebook, and note who leaves."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from autograder.commands import terminal
from autograder.commands.people import the_student
from autograder.platforms.tables import read_roster
from autograder.records import cohort, withdrawn
from autograder.records.course import Course, Folder
from autograder.records.gradebook import Recorder
from autograder.records.roster import Person, Roster
from autograder.text import counted, printable


def roster(options: Namespace) -> int:
    """Enter the people of a list, and note who has left the course and who is there again."""
    folder = Folder(options.out or Course.here().grading)
    if not (options.file or options.withdraw or options.reinstate):
        raise ValueError("name a list of students, or somebody with --withdraw or --reinstate")
    folder.root.mkdir(parents=True, exist_ok=True)
    people = read_roster(options.file) if options.file else []
    with Recorder(options.db or folder.database) as recorder, cohort.only_run(folder):
        done = recorder.enrol(people)
        everybody = recorder.roster()
        _note_who_leaves(folder, everybody, options)
    if options.file:
        _tell(options.file, people, done, everybody, withdrawn.withdrawn(folder))
    return 0


def _note_who_leaves(folder: Folder, everybody: Roster, options: Namespace) -> None:
    names = (options.withdraw, options.reinstate)
    leave, come_back = ([the_student(name, everybody).id for name in several] for several in names)
    withdrawn.change(folder, leave=leave, come_back=come_back)
    for student in leave:
        print(f"{printable(student)} has left: kept in the records, and out of report, feedback, export and statistics")
    for student in come_back:
        print(f"{printable(student)} is there again")
    if leave or come_back:
        print("'autograder grade' or 'autograder report' writes report and feedback of a problem set accordingly.")


def _tell(
    file: Path, people: list[Person], done: dict[str, list[Person]], everybody: Roster, gone: frozenset[str]
) -> None:
    """Who is new, who has changed, and who is not on the list."""
    for what in ("new", "changed"):
        for person in done[what]:
            print(f"{what:<8} {printable(person.id)}  {printable(person.name)}")
    counts = ", ".join(f"{len(several)} {what}" for what, several in done.items())
    print(f"{counted(len(people), 'student')} in {file}: {counts}")
    listed = {person.id for person in people}
    if stay := sorted(everybody.people.keys() - listed - gone):
        print(
            f"in the gradebook and not in {file}: {terminal.some(stay)}. "
            "They stay; 'autograder roster --withdraw ID' notes that one has left."
        )
    if again := sorted(listed & gone):
        print(f"in {file}, and noted to have left: {terminal.some(again)}. '--reinstate ID' takes one back.")
