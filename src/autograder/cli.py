"""The command ``autograder``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder import CannotProceed
from autograder.sandbox import Limits

EPILOG = {
    "release": """\
example:
  autograder release                    all problem sets
  autograder release ps2_missing_sum    one of them

Run it after every change in solutions/. It rewrites exercises/ (commit the change) and makes the bundle that you hand out,
_build/missing-sum-student.zip, with the notebooks, the student package and a guide.""",
    "grade": """\
example:
  autograder grade ps2_missing_sum

  reads    grading/submitted/<student>/ps2_missing_sum/*.ipynb
  writes   grading/gradebook.db, grading/autograded/, grading/feedback/, grading/report/

It may be run again at any time: grades are replaced, scores and comments given by hand stay. The exit status is 0 when every
submission has a grade, be it zero. The inputs of the hidden checks are drawn from a secret seed in <out>/seed; with the same
seed a submission gets the same result.""",
    "feedback": """\
example:
  autograder feedback ps2_missing_sum

Run it when you have graded the written answers in formgrader: the pages then show your scores and comments. Nothing is
graded again.""",
    "report": """\
example:
  autograder report ps2_missing_sum

Writes <out>/report/<problem set>.html and .csv from what is recorded. Nothing is graded again.""",
    "export": """\
example:
  autograder export ps2_missing_sum --to grades.csv

One row a student: the score of each function, of the written answers, the late penalty and the total.""",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status is 0 if all went well, 1 if something must be done first, 2 for a wrong call."""
    options = parser().parse_args(arguments)
    from autograder import commands
    from sqlalchemy.exc import SQLAlchemyError

    try:
        return getattr(commands, options.command)(options)
    except (CannotProceed, OSError, ValueError) as error:
        print(f"autograder {options.command}: {error}", file=sys.stderr)
    except SQLAlchemyError as error:
        print(f"autograder {options.command}: the gradebook cannot be used: {getattr(error, 'orig', None) or error}", file=sys.stderr)
    except KeyboardInterrupt:
        print(f"\nautograder {options.command}: stopped. What was graded is recorded; run the command again for the rest.", file=sys.stderr)
        return 130
    return 1


def parser() -> argparse.ArgumentParser:
    """The command line, with its help."""
    top = argparse.ArgumentParser(
        prog="autograder",
        description="Release problem sets, grade submissions in a sandbox, hand out feedback, and see what the class got wrong.",
        epilog="'autograder COMMAND --help' says what a command reads and writes.",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    release = _command(commands, "release", "make the student versions and the bundle from solutions/")
    release.add_argument("assignment", nargs="*", metavar="PS", help="problem sets, such as ps2_missing_sum (default: all)")
    release.add_argument("--db", metavar="URL", help="gradebook (default: grading/gradebook.db, SQLite)")

    grade = _command(commands, "grade", "grade a folder of submissions")
    _add_common(grade)
    grade.add_argument("--submitted", type=Path, metavar="DIR", help="folder of submissions, DIR/<student>/PS/*.ipynb (default: grading/submitted)")
    grade.add_argument("--workers", type=_positive_int, metavar="N", default=os.cpu_count() or 1, help="submissions judged at the same time (default: one a core, here %(default)s)")
    grade.add_argument("--seed", type=_seed, metavar="N", help="seed of the hidden inputs (default: the secret one in <out>/seed)")
    grade.add_argument("--json", type=Path, metavar="FILE", help="also write one record a graded function to FILE")
    grade.add_argument("--timeout", type=_positive, metavar="S", default=Limits().total, help="seconds for one whole submission (default: %(default)g); each call of a function has 5 of them")
    grade.add_argument("--due", type=_date, metavar="DATE", help="due date in UTC, such as '2026-10-02 23:59'; kept in the gradebook")
    grade.add_argument("--unsafe-no-sandbox", action="store_true", dest="unsafe", help="run the submissions WITHOUT protection: they can read and write whatever you can")

    for name, what in (("feedback", "write the students' feedback pages again, with the scores given by hand"),
                       ("report", "write the class report again")):
        _add_common(_command(commands, name, what))
    export = _command(commands, "export", "write the grades of a problem set as CSV")
    _add_common(export)
    export.add_argument("--to", type=Path, metavar="FILE", help="file to write (default: standard output)")
    return top


def _command(commands: argparse._SubParsersAction, name: str, what: str) -> argparse.ArgumentParser:
    return commands.add_parser(
        name, help=what, description=what[0].upper() + what[1:] + ".", epilog=EPILOG[name],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _add_common(command: argparse.ArgumentParser) -> None:
    command.add_argument("assignment", metavar="PS", help="the problem set, such as ps2_missing_sum")
    command.add_argument("--out", type=Path, metavar="DIR", help="folder of the gradebook and all that grading writes (default: grading)")
    command.add_argument("--db", metavar="URL", help="gradebook, as an SQLAlchemy address (default: gradebook.db in that folder, SQLite)")
    command.add_argument("--book", metavar="URL", help="address of the book that explanations link to (default: the site in _build/html, if it is built)")


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds above 0")
    return value


def _positive_int(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no whole number above 0")
    return int(text)


def _seed(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text} is no whole number from 0 on")
    return int(text)


def _date(text: str):
    from nbgrader.utils import parse_utc

    try:
        return parse_utc(text)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write it like '2026-10-02 23:59'") from None


if __name__ == "__main__":
    sys.exit(main())
