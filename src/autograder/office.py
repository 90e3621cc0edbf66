"""The commands around grading: who is in the class, what was handed in, until when, and the grades on their way out."""

from __future__ import annotations

import difflib
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta

from dateutil import tz

from autograder import archive, cohort, commands
from autograder.archive import Refused
from autograder.collect import Reading, Store, find_submissions
from autograder.course import Course, Folder
from autograder.display import counted
from autograder.export import Grades, as_canvas, as_csv, as_moodle, filled, remarks
from autograder.files import write
from autograder.gradebook import Recorder
from autograder.lms import Worksheet
from autograder.roster import Roster, read_roster
from autograder.submission import printable


def roster(options: Namespace) -> int:
    """Enter the people of a course into the gradebook."""
    course, folder = _course(options)
    people = read_roster(options.file)
    with Recorder(options.db or folder.database) as recorder:
        done = recorder.enrol(people)
        everybody = recorder.roster().people
    for what in ("new", "changed"):
        for person in done[what]:
            print(f"{what:<8} {printable(person.id)}  {printable(person.name)}")
    print(
        f"{counted(len(people), 'student')} in {options.file}: "
        + ", ".join(f"{len(several)} {what}" for what, several in done.items())
    )
    if gone := sorted(everybody.keys() - {person.id for person in people}):
        print(
            f"in the gradebook and not in {options.file}: {_some(gone)}. They stay; 'nbgrader db student remove ID' removes one."
        )
    return 0


def collect(options: Namespace) -> int:
    """Collect submissions from folders, archives or notebooks."""
    course, folder = _course(options)
    course.require(options.assignment)
    zone = tz.gettz(options.zone) if options.zone else tz.tzlocal()
    if zone is None:
        raise ValueError(f"there is no time zone {options.zone!r}; write it like Europe/Berlin")
    config = commands.nbgrader_config(course)
    with commands.open_recorder(course, folder, options) as recorder:
        people, due = recorder.roster(), recorder.due(options.assignment)
    worksheet = Worksheet.read(options.worksheet, people, zone) if options.worksheet else Worksheet()
    named_regexp = config.FileNameCollectorPlugin.get("named_regexp", "")
    reading = Reading(
        options.assignment, course.problem_sets, people, named_regexp, worksheet, due, options.student or ""
    )
    submitted = options.submitted or course.grading / "submitted"
    store = Store(folder.root / "collected", submitted, options.assignment)
    done: Counter[str] = Counter()
    students, late, refused = set(), set(), []
    for source in options.source:
        with cohort.only_run(folder), archive.opened(source) as contents:
            for submission in find_submissions(contents, reading):
                try:
                    what, unread = store.keep(submission)
                except Refused as reason:
                    refused.append((source, submission.student, str(reason)))
                    continue
                refused += [(source, name, reason) for name, reason in unread]
                done[what] += 1
                students.add(submission.student)
                late |= {submission.student} if submission.late else set()
                if what not in ("unchanged", "older, kept already"):
                    when = f"{submission.time:%Y-%m-%d %H:%M} UTC" if submission.time else "time unknown"
                    print(
                        f"{what:<12} {printable(submission.student)}  {when}  {', '.join(map(printable, submission.files)) or 'nothing'}"
                    )
            refused += [(source, name, reason) for name, reason in contents.refused]
    handed_in = {person.id for person in people.enrolled if (submitted / person.id / options.assignment).exists()}
    print(
        f"{counted(sum(done.values()), 'submission')} of {counted(len(students), 'student')}: "
        f"{', '.join(f'{count} {what}' for what, count in done.items()) or 'none'} (for grading: {submitted})"
    )
    _tell(students, handed_in, late, refused, reading, people)
    return 1 if refused else 0


def _tell(
    students: set[str], handed_in: set[str], late: set[str], refused: list, reading: Reading, people: Roster
) -> None:
    """What an instructor should know after collecting."""
    if late:
        known = (
            "by how much is not known, so they count as one second late"
            if reading.due
            else "set the due date with 'autograder due', and collect again"
        )
        print(f"late, as Canvas says: {_some(late)} ({known})")
    if enrolled := people.enrolled:
        if missing := [person.id for person in enrolled if person.id not in handed_in]:
            print(f"on the roster, nothing handed in so far: {_some(missing)}")
        if strangers := sorted(student for student in students if not people[student].enrolled):
            print(f"not on the roster, collected all the same: {_some(strangers)}")
    for source, name, reason in refused:
        print(f"{source}: NOT COLLECTED {printable(name)}: {reason}", file=sys.stderr)


def due(options: Namespace) -> int:
    """Set the due date."""
    return _deadline(options, _set_due)


def extend(options: Namespace) -> int:
    """Give one student more time."""
    return _deadline(options, _extend)


def export(options: Namespace) -> int:
    """Write the grades for a spreadsheet, for Canvas or for Moodle."""
    course, folder, results = commands.recorded(options)
    with commands.open_recorder(course, folder, options) as recorder:
        recorder.work_out_lateness(options.assignment)
        standings = commands.standings_of(folder, options.assignment, results, recorder)
        grades = Grades(
            options.assignment, results, standings, recorder.roster(), 0.0 if options.missing_as_zero else None
        )
    if options.template:
        text, said = filled(grades, options.template, options.column or "")
    elif options.format == "csv":
        text, said = as_csv(grades), []
    else:
        text, said = {"canvas": as_canvas, "moodle": as_moodle}[options.format](grades, options.column or ""), []
    if options.to:
        write(options.to, text)
        print(f"grades of {counted(len(results), 'submission')}: {options.to}")
    else:
        sys.stdout.write(text)
    for remark in (*remarks(grades), *said):
        print(f"autograder export: {printable(remark)}", file=sys.stderr)
    return 0


def _set_due(options: Namespace, recorder: Recorder) -> str:
    recorder.set_due(options.assignment, options.date)
    return f"{options.assignment} is due {options.date:%Y-%m-%d %H:%M} UTC"


def _extend(options: Namespace, recorder: Recorder) -> str:
    people = recorder.roster()
    student = people.find(options.student)
    if student is None:
        raise ValueError(
            f"there is no student {options.student!r} in the gradebook; " + _advice(options.student, people)
        )
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
    near = dict.fromkeys(
        spellings[spelling] for spelling in difflib.get_close_matches(student.casefold(), spellings, 3)
    )
    return f"did you mean {' or '.join(map(printable, near))}?" if near else "'autograder roster' enters students"


def _deadline(options: Namespace, change: Callable[[Namespace, Recorder], str]) -> int:
    """Change a due date, and the pages that show who was late."""
    course, folder = _course(options)
    course.require(options.assignment)
    with cohort.only_run(folder), commands.open_recorder(course, folder, options) as recorder:
        print(change(options, recorder))
        if results := cohort.results(folder, options.assignment):
            commands.write_pages(course, folder, options, results, recorder)
    return 0


def _course(options: Namespace) -> tuple[Course, Folder]:
    course = Course.here()
    folder = Folder(options.out or course.grading)
    folder.root.mkdir(parents=True, exist_ok=True)
    return course, folder


def _some(names: Iterable[str], most: int = 12) -> str:
    """The names on a line, counted."""
    names = sorted(names)
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{len(names)}: {', '.join(map(printable, names[:most]))}{rest}"
