"""The command ``autograder``."""

from __future__ import annotations

import argparse
import errno
import os
import re
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

It may be run again at any time, and after any fault goes on where it was: only what is new or changed is judged, and where the checks
of a function have changed, that function. Scores and comments given by hand stay. The exit status is 0 when every submission has a
grade, be it zero. The inputs of the hidden checks are drawn from a secret seed in <out>/seed; with the same seed a submission gets
the same result.""",
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
  autograder export ps2_missing_sum --to grades.csv                          every score, for a spreadsheet
  autograder export ps2_missing_sum --format canvas --to import.csv          for Canvas: Grades, Import
  autograder export ps2_missing_sum --format moodle --to import.csv          for Moodle: Grades, Import, CSV file
  autograder export ps2_missing_sum --template exported.csv --to import.csv  the platform's own table, filled in

The surest way into Canvas or Moodle is its own table (Canvas's exported gradebook, Moodle's grading worksheet or grade export): only
the column of the problem set is filled in, all else stays. Who handed in nothing has no score. No field is a formula.""",
    "roster": """\
example:
  autograder roster students.csv

The columns are those of nbgrader (id, last_name, first_name, email, lms_user_id), or those of a gradebook that Canvas or a list of
participants that Moodle exported. Names then stand in report, feedback and exports, and who handed in nothing is shown as missing. It may be
run again: what the file says is entered, and nobody is removed.""",
    "collect": """\
example:
  autograder collect ps2_missing_sum ~/Downloads/COMP101-ps2-4711.zip       Moodle's or Canvas's archive of submissions
  autograder collect ps2_missing_sum mailbox/                               a folder with a folder a student
  autograder collect ps2_missing_sum "ps2 (1).ipynb" --student ada          one notebook

  keeps    grading/collected/PS/<student>/<time>-<digest>/    every submission ever collected
  places   grading/submitted/<student>/PS/                    the newest of them

Nothing in an archive can lead elsewhere or blow up: a file that is refused is named, with the reason, and the exit status is then 1; all others
are collected. Collecting the same again changes nothing. Students are found on the roster by name or number; who is not on it is
collected under the name that the platform gives, and named. Moodle's archive holds no times: its grading worksheet does.""",
    "due": """\
example:
  autograder due ps2_missing_sum '2026-10-02 23:59'

Lateness, penalties and the pages of what is graded already follow at once.""",
    "extend": """\
example:
  autograder extend ps2_missing_sum milo --until '2026-10-04 23:59'
  autograder extend ps2_missing_sum milo --days 2
  autograder extend ps2_missing_sum milo --none

Before or after the student hands in. It stays in the gradebook when you grade again, and moves along with the due date.""",
}

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
DATE = r"\d{4}-\d\d-\d\d[ T]\d?\d:\d\d(:\d\d)?( ?(UTC|Z|[+-]\d\d:?\d\d))?"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status is 0 if all went well, 1 if something must be done first, 2 for a wrong call."""
    options = parser().parse_args(arguments)
    try:
        return _run(options)
    except (CannotProceed, ValueError) as error:
        print(f"autograder {options.command}: {error}", file=sys.stderr)
    except OSError as error:
        print(f"autograder {options.command}: {_told(error)}{ADVICE.get(error.errno, '')}", file=sys.stderr)
    except KeyboardInterrupt:
        print(
            f"\nautograder {options.command}: stopped. What was graded is recorded; run the command again for the rest.",
            file=sys.stderr,
        )
        return 130
    return 1


def _told(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error)


def _run(options: argparse.Namespace) -> int:
    sys.modules.setdefault(
        "rfc3987_syntax", None
    )  # jsonschema would build a grammar of addresses, a second long, that nothing here asks for
    from sqlalchemy.exc import SQLAlchemyError

    from autograder import commands, office

    try:
        return getattr(office if hasattr(office, options.command) else commands, options.command)(options)
    except SQLAlchemyError as error:
        raise CannotProceed(f"the gradebook cannot be used: {getattr(error, 'orig', None) or error}") from error


def parser() -> argparse.ArgumentParser:
    """The command line, with its help."""
    top = argparse.ArgumentParser(
        prog="autograder",
        description="Release problem sets, grade submissions in a sandbox, hand out feedback, and see what the class got wrong.",
        epilog="'autograder COMMAND --help' says what a command reads and writes.",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    release = _command(commands, "release", "make the student versions and the bundle from solutions/")
    release.add_argument(
        "assignment", nargs="*", metavar="PS", help="problem sets, such as ps2_missing_sum (default: all)"
    )
    release.add_argument(
        "--db", type=_database, metavar="URL", help="gradebook (default: grading/gradebook.db, SQLite)"
    )
    release.add_argument(
        "--book",
        metavar="URL",
        help="address of the book, for the links of the checks that students run (default: they name the section)",
    )

    grade = _command(commands, "grade", "grade a folder of submissions")
    _add_common(grade)
    grade.add_argument(
        "--submitted",
        type=Path,
        metavar="DIR",
        help="folder of submissions, DIR/<student>/PS/*.ipynb (default: grading/submitted)",
    )
    where = grade.add_mutually_exclusive_group()
    where.add_argument(
        "--workers",
        type=_positive_int,
        metavar="N",
        default=os.cpu_count() or 1,
        help="submissions judged at the same time (default: one a core, here %(default)s)",
    )
    where.add_argument(
        "--scheduler",
        type=_scheduler,
        metavar="ADDRESS",
        help="judge on a Dask cluster instead, whose scheduler is at tcp://host:port or tls://host:port",
    )
    grade.add_argument(
        "--seed", type=_seed, metavar="N", help="seed of the hidden inputs (default: the secret one in <out>/seed)"
    )
    grade.add_argument("--json", type=Path, metavar="FILE", help="also write one record a graded function to FILE")
    grade.add_argument(
        "--summary",
        type=Path,
        metavar="FILE",
        help="also write to FILE how many were graded, and who was not, with the reason",
    )
    grade.add_argument(
        "--timeout",
        type=_positive,
        metavar="S",
        default=Limits().total,
        help="seconds for one whole submission (default: %(default)g); each call of a function has 5 of them",
    )
    grade.add_argument(
        "--due", type=_date, metavar="DATE", help="due date in UTC, such as '2026-10-02 23:59'; kept in the gradebook"
    )
    grade.add_argument("--again", action="store_true", help="judge every submission anew, also what is graded already")
    grade.add_argument(
        "--unsafe-no-sandbox",
        action="store_true",
        dest="unsafe",
        help="run the submissions WITHOUT protection: they can read and write whatever you can",
    )

    for name, what in (
        ("feedback", "write the students' feedback pages again, with the scores given by hand"),
        ("report", "write the class report again"),
    ):
        _add_common(_command(commands, name, what))
    _add_office(commands)
    return top


def _add_office(commands: argparse._SubParsersAction) -> None:
    """The commands around grading."""
    roster = _command(commands, "roster", "enter the students of the course into the gradebook")
    roster.add_argument("file", type=Path, metavar="FILE.csv", help="list of students")
    _add_gradebook(roster)

    collect = _command(commands, "collect", "collect submissions from a folder or a platform's archive")
    collect.add_argument("assignment", metavar="PS", help="the problem set, such as ps2_missing_sum")
    _add_gradebook(collect)
    collect.add_argument("source", type=Path, nargs="+", metavar="SOURCE", help="folder, zip archive or notebook")
    collect.add_argument("--student", metavar="ID", help="whose all of it is")
    collect.add_argument(
        "--worksheet",
        type=Path,
        metavar="FILE",
        help="Moodle's grading worksheet (CSV), which tells who is who and when each handed in",
    )
    collect.add_argument(
        "--zone", metavar="ZONE", help="time zone of the worksheet, such as Europe/Berlin (default: this machine's)"
    )
    collect.add_argument(
        "--submitted",
        type=Path,
        metavar="DIR",
        help="folder of submissions for grading (default: grading/submitted, with --out too)",
    )

    due = _command(commands, "due", "set the due date of a problem set")
    _add_common(due)
    due.add_argument("date", type=_date, metavar="DATE", help="due date in UTC, such as '2026-10-02 23:59'")

    extend = _command(commands, "extend", "give one student more time")
    _add_common(extend)
    extend.add_argument("student", metavar="STUDENT", help="id or full name")
    until = extend.add_mutually_exclusive_group(required=True)
    until.add_argument("--until", type=_date, metavar="DATE", help="new due date in UTC, such as '2026-10-04 23:59'")
    until.add_argument("--days", type=_positive, metavar="N", help="so many days after the due date")
    until.add_argument("--none", action="store_true", help="take the extension back")

    export = _command(commands, "export", "write the grades for a spreadsheet, for Canvas or for Moodle")
    _add_common(export)
    form = export.add_mutually_exclusive_group()
    form.add_argument(
        "--format", choices=("csv", "canvas", "moodle"), default="csv", help="(default: csv, with every score)"
    )
    form.add_argument(
        "--template", type=Path, metavar="FILE", help="table that Canvas or Moodle exported, to be filled in"
    )
    export.add_argument(
        "--column",
        metavar="NAME",
        help="what the platform calls the problem set (default: its title, or the name of the set)",
    )
    export.add_argument("--missing-as-zero", action="store_true", help="give 0 to who handed in nothing")
    export.add_argument("--to", type=Path, metavar="FILE", help="file to write (default: standard output)")


def _command(commands: argparse._SubParsersAction, name: str, what: str) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=what,
        description=what[0].upper() + what[1:] + ".",
        epilog=EPILOG[name],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _add_common(command: argparse.ArgumentParser) -> None:
    command.add_argument("assignment", metavar="PS", help="the problem set, such as ps2_missing_sum")
    _add_gradebook(command)
    command.add_argument(
        "--book",
        metavar="URL",
        help="address of the book that explanations link to (default: the site in _build/html, if it is built)",
    )


def _add_gradebook(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--out", type=Path, metavar="DIR", help="folder of the gradebook and all that grading writes (default: grading)"
    )
    command.add_argument(
        "--db",
        type=_database,
        metavar="URL",
        help="gradebook, as an SQLAlchemy address (default: gradebook.db in that folder, SQLite)",
    )


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return value


def _positive_int(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no whole number above 0")
    return int(text)


def _seed(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text} is no whole number from 0 on")
    return int(text)


def _scheduler(text: str) -> str:
    if not re.fullmatch(r"(tcp|tls)://[^/\s]+:\d+", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no address of a scheduler; write it like tcp://grader.example.edu:8786"
        )
    return text


def _database(text: str) -> str:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        make_url(text)
    except ArgumentError:
        raise argparse.ArgumentTypeError(
            "that is no address of a gradebook; write it like sqlite:////home/ada/gradebook.db "
            "or postgresql://user@host/name"
        ) from None
    return text


def _date(text: str):
    """A moment that can be read in one way only: 02.10. is October to some and February to others."""
    from nbgrader.utils import parse_utc

    try:
        if re.fullmatch(DATE, text):
            return parse_utc(re.sub(r" (?=[+-])", "", text))
    except (ValueError, OverflowError):
        pass
    raise argparse.ArgumentTypeError(
        f"{text!r} is no date with a time; write it like '2026-10-02 23:59', in UTC, or like '2026-10-02 23:59 +02:00'"
    )


if __name__ == "__main__":
    sys.exit(main())
