"""``autograder feedback`` and ``autograder report``: write again what people read."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from autograder.commands import terminal
from autograder.commands.session import Session
from autograder.text import counted


def feedback(options: Namespace) -> int:
    """Write feedback pages again, and with them the report, which shows the same scores."""
    return _publish(options, "feedback pages", lambda session: session.folder.root / "feedback")


def report(options: Namespace) -> int:
    """Write the class report again."""
    return _publish(options, "report", lambda session: session.folder.report(session.assignment, ".html"))


def _publish(options: Namespace, what: str, where: Callable[[Session], Path]) -> int:
    with Session.open(options) as session:
        session.load()
        session.write_alone()
        session.publish()
    print(f"{what} of {counted(len(session.results), 'student')}: {terminal.relative(where(session))}")
    return 0
