"""The command ``autograder``."""

from __future__ import annotations

import argparse
import errno
import sys
from collections.abc import Sequence
from pkgutil import resolve_name

from autograder import CannotProceed
from autograder.commands.arguments import parser

COMMANDS = {
    "new": "autograder.commands.new:new",
    "release": "autograder.commands.release:release",
    "grade": "autograder.commands.grade:grade",
    "feedback": "autograder.commands.publish:feedback",
    "report": "autograder.commands.publish:report",
    "roster": "autograder.commands.roster:roster",
    "collect": "autograder.commands.collect:collect",
    "due": "autograder.commands.deadlines:due",
    "extend": "autograder.commands.deadlines:extend",
    "points": "autograder.commands.points:points",
    "mark": "autograder.commands.mark:mark",
    "questions": "autograder.commands.questions:questions",
    "solutions": "autograder.commands.solutions:solutions",
    "export": "autograder.commands.export:export",
    "isolation": "autograder.commands.isolation:isolation",
    "gradescope": "autograder.commands.hosted:gradescope",
    "prairielearn": "autograder.commands.hosted:prairielearn",
}
"""Command → the function that does it; it is imported only when it is asked for."""

FULL = ". The disk is full. What was graded is recorded: free some space and run the command again for the rest."
CLOSED = ". See to the permissions there, or name another folder."
TAKEN = ". A folder is needed there: name another place."
ADVICE = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EFBIG: FULL,
    errno.EROFS: CLOSED,
    errno.EACCES: CLOSED,
    errno.EPERM: CLOSED,
    errno.EEXIST: TAKEN,
    errno.ENOTDIR: TAKEN,
    errno.EISDIR: ". A file is needed there: name one.",
    errno.ENOENT: ". See to the spelling.",
}
"""Error number → what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status is 0 if all went well, 1 if something must be done first, 2 for a wrong call."""
    options = parser().parse_args(arguments)
    try:
        return _run(options)
    except (CannotProceed, ValueError) as error:
        print(f"autograder {options.command}: {error}", file=sys.stderr)
    except OSError as error:
        print(f"autograder {options.command}: {_told(error)}{ADVICE.get(error.errno or 0, '')}", file=sys.stderr)
    except KeyboardInterrupt:
        print(
            f"\nautograder {options.command}: stopped. "
            "What was graded is recorded; run the command again for the rest.",
            file=sys.stderr,
        )
        return 130
    return 1


def _told(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error)


def _run(options: argparse.Namespace) -> int:
    # jsonschema would build a grammar of addresses, a second long, that nothing here asks for
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    from sqlalchemy.exc import SQLAlchemyError

    command = resolve_name(COMMANDS[options.command])
    try:
        return command(options)
    except SQLAlchemyError as error:
        raise CannotProceed(f"the gradebook cannot be used: {getattr(error, 'orig', None) or error}") from error


if __name__ == "__main__":
    sys.exit(main())
