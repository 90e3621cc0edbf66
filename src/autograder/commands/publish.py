"""``autograder feedback`` and ``autograder report``: write again what people read."""

from __future__ import annotations

from argparse import Namespace

from autograder.commands import terminal
from autograder.commands.session import Session
from autograder.commands.term import term
from autograder.platforms.handing_back import sort_by_platform, write_archive
from autograder.platforms.store import Store
from autograder.text import counted


def feedback(options: Namespace) -> int:
    """Write feedback pages again, the archives that platforms take, and the report, which shows the same scores."""
    with Session.open(options) as session:
        _publish(session)
        print(f"feedback pages of {_students(session)}: {terminal.relative(session.folder.root / 'feedback')}")
        _hand_back(session)
    return 0


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


def _hand_back(session: Session) -> None:
    """Beside the folder of pages, one archive for each platform from which submissions were collected."""
    store = Store(session.folder.root / "collected", session.folder.submitted, session.assignment)
    pages = {result.student: session.folder.feedback(session.assignment, result.student) for result in session.counted}
    back = sort_by_platform(pages, store, f"{session.assignment}.html")
    for platform, named in back.pages.items():
        target = session.folder.handed_back(session.assignment, platform)
        write_archive(target, named)
        print(f"for {platform}, {counted(len(named), 'page')} in one archive: {terminal.relative(target)}")
    if back.nameless:
        print(
            "in no archive, as nothing says what the platform called their submissions: "
            f"{terminal.some(back.nameless)} (collect the platform's archive again, which changes nothing else)"
        )
