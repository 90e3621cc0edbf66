"""``autograder feedback`` and ``autograder report``: write again what people read."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence

from autograder.commands import terminal
from autograder.commands.handing_back import write_archives
from autograder.commands.people import the_student
from autograder.commands.session import Session
from autograder.commands.term import term
from autograder.platforms.archive import Refused
from autograder.platforms.repositories import BRANCH, Repository, hand_back, read_list, result_json
from autograder.text import counted, printable


def feedback(options: Namespace) -> int:
    """Write feedback pages again, the archives that platforms take, and the report, which shows the same scores."""
    with Session.open(options) as session:
        _publish(session)
        print(f"feedback pages of {_students(session)}: {terminal.relative(session.folder.root / 'feedback')}")
        pages = {r.student: session.folder.feedback(session.assignment, r.student) for r in session.counted}
        write_archives(session, pages, session.assignment)
        return _push(session, read_list(options.repositories.read_text())) if options.repositories else 0


def report(options: Namespace) -> int:
    """Write the class report again; without a problem set that of the term."""
    if options.assignment is None:
        return term(options)
    with Session.open(options) as session:
        _publish(session)
        where = session.folder.report(session.assignment, ".html")
        print(f"report of {_students(session)}: {terminal.relative(where)}")
    return 0


def _publish(session: Session) -> None:
    session.load()
    session.write_alone()
    session.publish()


def _students(session: Session) -> str:
    return counted(len(session.results), "student")


def _push(session: Session, repositories: Sequence[Repository]) -> int:
    """Hand page and result back on a branch of each student's repository; 1 if one could not be had."""
    standings = session.standings()
    found = {result.student: result for result in session.counted}
    people = session.recorder.roster()
    pushed, failed = 0, 0
    for repository in repositories:
        try:
            student = the_student(repository.student, people).id if people.enrolled else repository.student
            if student not in found:
                continue
            page = session.folder.feedback(session.assignment, student).read_bytes()
            files = {"feedback.html": page, "result.json": result_json(found[student], standings[student])}
            pushed += hand_back(repository, session.assignment, files)
        except (Refused, ValueError) as reason:
            print(f"{repository.address}: NOT HANDED BACK {printable(repository.student)}: {reason}", file=sys.stderr)
            failed += 1
    print(f"handed back to {counted(pushed, 'student')}, on the branch {BRANCH}; all others have it already")
    return 1 if failed else 0
