"""``autograder collect``: take in submissions from folders, archives or notebooks."""

from __future__ import annotations

import errno
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from dateutil import tz

from autograder.commands import terminal
from autograder.commands.people import the_student
from autograder.commands.session import Session
from autograder.commands.zones import zone_of
from autograder.platforms import archive
from autograder.platforms.archive import Refused
from autograder.platforms.collect import HandedIn, Reading, find_submissions
from autograder.platforms.inbox import refuse_inbox
from autograder.platforms.platform import Worksheet
from autograder.platforms.questions import Questions
from autograder.platforms.repositories import Repository, cloned, read_list
from autograder.platforms.store import Store
from autograder.platforms.tables import read_worksheet
from autograder.records import cohort
from autograder.records.asking import Asking
from autograder.records.other_sets import OtherSets
from autograder.records.roster import Roster
from autograder.text import counted, first_of, printable

THEIRS = (errno.ENAMETOOLONG, errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENOTEMPTY)
"""Faults of the places of one student, which stop nobody else."""
QUIET = ("unchanged", "older, kept already", "questions alone")
"""What needs no line of its own."""


def collect(options: Namespace) -> int:
    """Keep the submissions of all sources, and place the newest of each student for grading.

    Returns 1 if something was refused.
    """
    with Session.open(options) as session:
        reading = _reading(session, options)
        submitted = session.submitted
        store = Store(session.folder.root / "collected", submitted, session.assignment)
        extended = session.recorder.extensions(session.assignment)
        collected = _Collected(reading, extended, session.other_sets, session.asking)
        if not options.source and not options.repositories:
            raise ValueError("name a folder, an archive or a notebook to collect from, or a list with --repositories")
        for repository in read_list(options.repositories.read_text()) if options.repositories else ():
            with cohort.only_run(session.folder):
                collected.clone(repository, store)
        for source in options.source:
            with cohort.only_run(session.folder), archive.opened(source) as contents:
                refuse_inbox((member.name for member in contents.members), str(source), session.assignment)
                collected.add(source, contents, store)
    collected.tell(submitted, session.withdrawn)
    return 1 if collected.refused else 0


def _reading(session: Session, options: Namespace) -> Reading:
    """How to understand the sources."""
    zone = zone_of(options.zone, tz.tzlocal())
    named_regexp = session.nbgrader_config.FileNameCollectorPlugin.get("named_regexp", "")
    people, due = session.recorder.roster(), session.recorder.due(session.assignment)
    worksheet = read_worksheet(options.worksheet, people, zone) if options.worksheet else Worksheet()
    problem_sets = session.course.problem_sets
    student = options.student or ""
    if student and people.enrolled:
        student = the_student(student, people).id
    return Reading(session.assignment, problem_sets, people, named_regexp, worksheet, due, student)


class _Collected:
    """What came in, for the instructor to know."""

    def __init__(self, reading: Reading, extended: Collection[str], other_sets: OtherSets, asking: Asking):
        self._reading, self._extended, self._other_sets = reading, extended, other_sets
        self._questions, self._asked = Questions(asking, self._tell_question), 0
        self._done: Counter[str] = Counter()
        self._students: set[str] = set()
        self._late: dict[str, str] = {}
        self._undecided: set[str] = set()
        self.refused: list[tuple[Path | str, str, str]] = []

    def clone(self, repository: Repository, store: Store) -> None:
        """Keep what is in a student's repository."""
        people = self._reading.roster
        try:
            student = the_student(repository.student, people).id if people.enrolled else repository.student
            with cloned(repository, self._reading.assignment, self._other_sets) as contents:
                self.add(repository.address, contents, store, student)
        except (Refused, ValueError) as reason:
            self.refused.append((repository.address, repository.student, str(reason)))

    def add(self, source: Path | str, contents: archive.Contents, store: Store, student: str = "") -> None:
        """Keep what is in a source, with a line for whatever is new; all of it is ``student``'s, if one is named."""
        student = student or self._reading.student
        if not student:
            self._questions.take_loose(contents)
        found = find_submissions(contents, replace(self._reading, student=student))
        others = {id(each): other for each in found if (other := _other_set(each, self._other_sets))}
        mistaken = {each.student: others[id(each)] for each in found if id(each) in others}
        self._other_sets.require_few(mistaken, {each.student for each in found})
        for submission in found:
            if id(submission) in others:
                other = others[id(submission)]
                why = f"this is {other}, another problem set: 'autograder collect {other}' takes it"
                self.refused.append((source, submission.student, why))
                continue
            try:
                asked = self._questions.take_from(submission.student, submission.files)
                alone = asked and store.stands(submission)
                what, unread = ("questions alone", []) if alone else store.keep(submission)
            except Refused as reason:
                self.refused.append((source, submission.student, str(reason)))
                continue
            except OSError as error:
                if error.errno not in THEIRS:
                    raise
                self.refused.append((source, submission.student, f"{error.filename}: {error.strerror}"))
                continue
            self.refused += [(source, name, reason) for name, reason in unread]
            self._done[what] += 1
            self._students.add(submission.student)
            if submission.late:
                self._late[submission.student] = submission.late
            if what not in QUIET:
                when = f"{submission.time:%Y-%m-%d %H:%M} UTC" if submission.time else "time unknown"
                files = first_of(submission.files) or "nothing"
                print(f"{what:<12} {printable(submission.student)}  {when}  {files}{_counts(what, submission, store)}")
        self._undecided |= store.undecided
        self.refused += [(source, name, reason) for name, reason in (*contents.refused, *self._questions.refused)]
        self._questions.refused.clear()

    def _tell_question(self, student: str, name: str) -> None:
        print(f"{'question':<12} {printable(student)}  {printable(name)}")
        self._asked += 1

    def tell(self, submitted: Path, gone: Collection[str]) -> None:
        """The sum of it: who was late, who is missing, who is on no roster, and what was refused."""
        counts = ", ".join(f"{count} {what}" for what, count in self._done.items()) or "none"
        total = counted(sum(self._done.values()), "submission")
        print(f"{total} of {counted(len(self._students), 'student')}: {counts} (for grading: {submitted})")
        if self._asked:
            print(
                f"{counted(self._asked, 'new question')} about grades: "
                f"'autograder questions {self._reading.assignment}' lists them"
            )
        if self._undecided:
            print(f"nothing says which is newer, so what was collected last counts: {terminal.some(self._undecided)}")
        extended = {student: self._late.pop(student) for student in self._extended if student in self._late}
        if extended:
            print(
                f"late, as {' and '.join(sorted(set(extended.values())))} says, and with more time here: "
                f"{terminal.some(extended)} (they count as on time; by how much they are late is not known)"
            )
        if self._late:
            known = (
                "by how much is not known, so they count as one second late"
                if self._reading.due
                else "set the due date with 'autograder due', and collect again"
            )
            print(
                f"late, as {' and '.join(sorted(set(self._late.values())))} says: {terminal.some(self._late)} ({known})"
            )
        self._tell_by_roster(submitted, self._reading.roster.leaving_out(gone))
        for source, name, reason in self.refused:
            print(f"{source}: NOT COLLECTED {printable(name)}: {reason}", file=sys.stderr)

    def _tell_by_roster(self, submitted: Path, people: Roster) -> None:
        assignment = self._reading.assignment
        if missing := [p.id for p in people.enrolled if not (submitted / p.id / assignment).exists()]:
            print(f"on the roster, nothing handed in so far: {terminal.some(missing)}")
        strangers = sorted(student for student in self._students if not self._reading.roster[student].enrolled)
        if people.enrolled and strangers:
            print(f"not on the roster, collected all the same: {terminal.some(strangers)}")


def _other_set(submission: HandedIn, other_sets: OtherSets) -> str:
    """The other problem set that all notebooks of a submission are of, "" if there is none."""
    contents = []
    for name, member in submission.files.items():
        if name.endswith(".ipynb"):
            try:
                contents.append(member.read())
            except Refused:
                return ""
    return other_sets.which_of(contents)


def _counts(what: str, submission: HandedIn, store: Store) -> str:
    """Which one counts, if it is not this one."""
    newest = store.newest(submission.student)
    if what != "older, kept" or not newest:
        return ""
    return f"  (the one of {newest.time or newest.seen:%Y-%m-%d %H:%M} UTC counts)"
