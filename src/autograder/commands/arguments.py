"""The command line: commands, their arguments and their help. Nothing heavy is imported to read it."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from autograder.commands import values
from autograder.platforms import IMPORTING
from autograder.platforms.hosted import IMAGE, VISIBILITIES
from autograder.sandbox.limits import Limits

EPILOG = {
    "new": """\
example:
  autograder new mycourse        course.toml, sets/ps1_unit.md, hidden/ps1_unit.py, nbgrader_config.py

The problem set there is a small one that works: change it, and add others. The page
'Your own problem set' of the book shows how.""",
    "release": """\
example:
  autograder release                    all problem sets
  autograder release ps2_missing_sum    one of them

Run it after every change in the text of the problem sets. It rewrites exercises/ (commit the change) and makes the
bundle that you hand out, _build/missing-sum-student.zip, with the notebooks, the student package and a guide. In a
course of your own the bundle has no package; what is said of the folders, course.toml says otherwise there.""",
    "grade": """\
example:
  autograder grade ps2_missing_sum

  reads    grading/submitted/<student>/ps2_missing_sum/*.ipynb
  writes   grading/gradebook.db, grading/autograded/, grading/feedback/, grading/report/

It may be run again at any time, and after any fault goes on where it was: only what is new or changed is judged. A
newer version of the checks changes no score by itself: --rejudge lists who would gain or lose by it, and --rejudge
--write records that. Scores and comments given by hand stay. The exit status is 0 when every submission has a grade, be
it zero. The inputs of the hidden checks are drawn from a secret seed in <out>/seed; with the same seed a submission
gets the same result.

--early, before the deadline, records no grade: it writes <out>/early/PS/<student>/PS.html, which says what is right,
what is not and where, without points; 'nbgrader release_feedback PS' hands these pages back, too. The grade is judged
anew, on other inputs.""",
    "feedback": """\
example:
  autograder feedback ps2_missing_sum
  autograder feedback ps2_missing_sum --repositories students.txt    and push page and result to students

Run it when you have graded the written answers in formgrader: the pages then show your scores and comments. Nothing is
graded again. Where submissions were collected from Moodle or Canvas, it also writes
<out>/handed_back/<problem set>_<platform>.zip, all pages in one archive: for Moodle's "Upload multiple feedback files
in a zip", or for Canvas's "Upload Submissions".""",
    "report": """\
example:
  autograder report ps2_missing_sum
  autograder report                     the term so far, over all problem sets

Writes <out>/report/<problem set>.html and .csv from what is recorded; without a problem set term.html: how each student
goes on, who is stuck where, and how many who were told of a mistake no longer make it. term_counts.csv holds these
counts for research, and term_feedback.csv those of each piece of feedback: no names, and no count of fewer than five.
Nothing is graded again.""",
    "export": """\
example:
  autograder export ps2_missing_sum --to grades.csv                          every score, for a spreadsheet
  autograder export ps2_missing_sum --format canvas --to import.csv          for Canvas: Grades, Import
  autograder export ps2_missing_sum --format moodle --to import.csv          for Moodle: Grades, Import, CSV file
  autograder export ps2_missing_sum --template exported.csv --to import.csv  the platform's own table, filled in

The surest way into Canvas or Moodle is its own table (Canvas's exported gradebook, Moodle's grading worksheet or grade
export): only the column of the problem set is filled in, all else stays. Who handed in nothing has no score. No field
is a formula.""",
    "roster": """\
example:
  autograder roster students.csv
  autograder roster --withdraw milo     who has left the course; --reinstate milo takes it back

The columns are those of nbgrader (id, last_name, first_name, email, lms_user_id), or those of a gradebook that Canvas
or a list of participants that Moodle exported. Names then stand in report, feedback and exports, and who handed in
nothing is shown as missing. It may be run again: what the file says is entered, and nobody is removed.""",
    "collect": """\
example:
  autograder collect ps2_missing_sum ~/Downloads/COMP101-ps2-4711.zip       Moodle's or Canvas's archive of submissions
  autograder collect ps2_missing_sum assignment_17_export.zip               Gradescope's export
  autograder collect ps2_missing_sum mailbox/                               a folder with a folder a student
  autograder collect ps2_missing_sum "ps2 (1).ipynb" --student ada          one notebook
  autograder collect ps2_missing_sum --repositories students.txt            students' repositories, cloned

  keeps    grading/collected/PS/<student>/<time>-<digest>/    every submission ever collected
  places   grading/submitted/<student>/PS/                    the newest of them

Nothing in an archive can lead elsewhere or blow up: a file that is refused is named, with the reason, and the exit
status is then 1; all others are collected. Collecting the same again changes nothing. Students are found on the roster
by name or number; who is not on it is collected under the name that the platform gives, and named. Moodle's archive
holds no times: its grading worksheet does. Of a repository the newest commit is taken, with the date it bears.""",
    "due": """\
example:
  autograder due ps2_missing_sum '2026-10-02 23:59' --zone Europe/Berlin
  autograder due                      all due dates and extensions, in UTC or in --zone

Lateness, penalties and the pages of what is graded already follow at once.""",
    "solutions": """\
example:
  autograder solutions                    all problem sets
  autograder solutions ps2_missing_sum    one of them

Writes grading/solutions/<problem set>.html, for you alone: the folder has mode 700, and lies outside the site.""",
    "points": """\
example:
  autograder points ps2_missing_sum                        what each question counts
  autograder points ps2_missing_sum softmax_partial 0      drop a question
  autograder points ps2_missing_sum softmax_backward 8     let another count more
  autograder points ps2_missing_sum softmax_partial --as-released

Before or after grading. Every score keeps its share of the points, also one given by hand; a question that was dropped
may be taken up again. Nothing is judged again; report and feedback follow at once.""",
    "mark": """\
example:
  autograder mark ps2_missing_sum
  autograder mark ps2_missing_sum --grader kim     an order of answers, and an undo, of your own

All answers to a question stand on one page, without names, with the rubric beside them: a key gives points and comment.
Scores and comments go into the gradebook at once; those given in formgrader stay. Several graders may mark at once,
each with a command of their own. The page is for this machine alone, at an address with a secret token in it. Ctrl-C
ends it, and writes feedback and report.""",
    "questions": """\
example:
  autograder questions ps2_missing_sum                        those open, with answer, verdict and explanation
  autograder questions ps2_missing_sum --to open.csv          as a table
  autograder questions ps2_missing_sum --answer 3f9a1c 'You are right about the mean; the sum is still missing.'

Students ask about a function, an answer in words or a notebook that was not read, with a file that their feedback page
makes, and hand it in as they hand in everything: 'autograder collect' finds it, also in no folder, as its token says
whose it is. A hand-in of questions alone changes no submission and no time. Answers stand on the next feedback page
('autograder feedback').""",
    "isolation": """\
example:
  autograder isolation
  autograder isolation --clear

Where nobody may make namespaces, root grades with copies of Python and NumPy in /var/cache/autograder, one for each
worker, linked to each other: some 350 MB in all. One that was not used for 30 days is removed when another is used, and
--clear removes all that are not in use.""",
    "gradescope": """\
example:
  autograder gradescope ps2_missing_sum
  autograder gradescope ps2_missing_sum --visibility after_due_date

Writes <out>/gradescope/PS/autograder.zip, to be uploaded under Configure Autograder. When the image is built, Python
and what requirements.txt pins are installed; with --wheels from the archive, else by pip. Grading needs no network.
Students get a test a function, with points and explanations. The archive holds the answers. The page 'Other platforms'
of the book says what to set there, and what stays open.""",
    "prairielearn": """\
example:
  autograder prairielearn ps2_missing_sum --image registry.example.edu/missing-sum-grader

Writes <out>/prairielearn/PS/questions/PS, a question with an external grader, and <out>/prairielearn/PS/image, from
which 'docker build' makes the image that it names. The question's folder 'tests' holds the answers; the image holds
none.""",
    "extend": """\
example:
  autograder extend ps2_missing_sum milo --until '2026-10-04 23:59'
  autograder extend ps2_missing_sum milo --days 2
  autograder extend ps2_missing_sum milo --none

Before or after the student hands in. It stays in the gradebook when you grade again,
and moves along with the due date.""",
}


def parser() -> argparse.ArgumentParser:
    """The command line, with its help."""
    top = argparse.ArgumentParser(
        prog="autograder",
        description="Release problem sets, grade submissions in a sandbox, hand out feedback, "
        "and see what the class got wrong.",
        epilog="'autograder COMMAND --help' says what a command reads and writes.",
    )
    top.add_argument("--version", action=_Version, nargs=0, help="say which version this is")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    new = _command(commands, "new", "begin a course of your own, with a first problem set to change")
    new.add_argument("folder", type=Path, metavar="FOLDER", help="folder to make, which must be empty or not there yet")

    release = _command(
        commands, "release", "make the student versions and the bundle from the text of the problem sets"
    )
    release.add_argument(
        "assignment", nargs="*", metavar="PS", help="problem sets, such as ps2_missing_sum (default: all)"
    )
    release.add_argument(
        "--db", type=values.database, metavar="URL", help="gradebook (default: grading/gradebook.db, SQLite)"
    )
    release.add_argument(
        "--book",
        metavar="URL",
        help="address of the book, for the links of the notebooks and checks in the bundle "
        "(default: the published one in _config.yml; without it they name chapter and section)",
    )

    grade = _command(commands, "grade", "grade a folder of submissions")
    _add_common(grade)
    grade.add_argument(
        "--submitted",
        type=Path,
        metavar="DIR",
        help="folder of submissions, DIR/<student>/PS/*.ipynb (default: submitted, in the folder of the gradebook)",
    )
    where = grade.add_mutually_exclusive_group()
    where.add_argument(
        "--workers",
        type=values.whole_number,
        metavar="N",
        default=os.cpu_count() or 1,
        help="submissions judged at the same time (default: one a core, here %(default)s)",
    )
    where.add_argument(
        "--scheduler",
        type=values.scheduler,
        metavar="ADDRESS",
        help="judge on a Dask cluster instead, whose scheduler is at tcp://host:port or tls://host:port",
    )
    grade.add_argument(
        "--seed",
        type=values.seed,
        metavar="N",
        help="seed of the hidden inputs (default: the secret one in <out>/seed)",
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
        type=values.positive,
        metavar="S",
        help=f"seconds for one whole submission (default: {Limits().total:g}, or what course.toml says)",
    )
    grade.add_argument(
        "--call-timeout",
        type=values.positive,
        metavar="S",
        help=f"seconds for each call of a function (default: {Limits().call:g}, or what course.toml says); "
        "a cell has twice as many",
    )
    grade.add_argument(
        "--no-where",
        action="store_false",
        dest="where",
        help="do not look for the line and the expression where a function is wrong, after the scores are recorded",
    )
    grade.add_argument(
        "--due",
        type=values.moment,
        metavar="DATE",
        help="due date, such as '2026-10-02 23:59'; kept in the gradebook",
    )
    _add_zone(grade)
    anew = grade.add_mutually_exclusive_group()
    anew.add_argument("--again", action="store_true", help="judge every submission anew, also what is graded already")
    anew.add_argument(
        "--rejudge",
        action="store_true",
        help="list who would gain or lose, by today's checks, of those that older checks graded; nothing is written",
    )
    anew.add_argument(
        "--early",
        action="store_true",
        help="before the deadline: tell each student what is right, without points; nothing is graded",
    )
    grade.add_argument(
        "--per-day",
        type=values.whole_number,
        metavar="N",
        default=2,
        help="with --early: so many verdicts a student and day (default: %(default)s); --zone says where a day begins",
    )
    grade.add_argument("--write", action="store_true", help="with --rejudge: record it")
    grade.add_argument(
        "--isolation",
        choices=("bubblewrap", "container", "wasm"),
        default="",
        help="what keeps submissions apart from all else (default: the first of these that works)",
    )
    grade.add_argument(
        "--unsafe-no-sandbox",
        action="store_true",
        dest="unsafe",
        help="run the submissions WITHOUT protection: they can read and write whatever you can",
    )

    feedback = _command(commands, "feedback", "write the students' feedback pages again, with the scores given by hand")
    _add_common(feedback)
    _add_repositories(feedback, "hand page and result back to, on the branch 'feedback'")
    _add_common(_command(commands, "report", "write the report of a class again, or that of the whole term"), nargs="?")
    _add_around_grading(commands)
    _add_hosted(commands)
    return top


class _Version(argparse.Action):
    """Print the version and end. It is `missingsum`'s, and importing that takes a moment that others need not wait."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from missingsum import __version__

        print(f"autograder {__version__}")
        parser.exit()


def _add_around_grading(commands: argparse._SubParsersAction) -> None:
    """The commands around grading."""
    roster = _command(commands, "roster", "enter the students of the course into the gradebook")
    roster.add_argument("file", type=Path, nargs="?", metavar="FILE.csv", help="list of students")
    roster.add_argument(
        "--withdraw",
        action="append",
        default=[],
        metavar="ID",
        help="this student has left: stays in the records, and out of report, feedback, export and statistics",
    )
    roster.add_argument("--reinstate", action="append", default=[], metavar="ID", help="this student is there again")
    _add_gradebook(roster)

    collect = _command(commands, "collect", "collect submissions from a folder or a platform's archive")
    collect.add_argument("assignment", metavar="PS", help="the problem set, such as ps2_missing_sum")
    _add_gradebook(collect)
    collect.add_argument("source", type=Path, nargs="*", metavar="SOURCE", help="folder, zip archive or notebook")
    _add_repositories(collect, "clone")
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
        help="folder of submissions for grading (default: submitted, in the folder of the gradebook)",
    )

    due = _command(commands, "due", "set the due date of a problem set, or list due dates and extensions")
    _add_common(due, nargs="?")
    due.add_argument(
        "date",
        type=values.moment,
        nargs="?",
        metavar="DATE",
        help="due date, such as '2026-10-02 23:59' (default: list)",
    )
    _add_zone(due)

    extend = _command(commands, "extend", "give one student more time")
    _add_common(extend)
    extend.add_argument("student", metavar="STUDENT", help="id or full name")
    until = extend.add_mutually_exclusive_group(required=True)
    until.add_argument("--until", type=values.moment, metavar="DATE", help="new due date, such as '2026-10-04 23:59'")
    _add_zone(extend)
    until.add_argument("--days", type=values.positive, metavar="N", help="so many days after the due date")
    until.add_argument("--none", action="store_true", help="take the extension back")

    points = _command(commands, "points", "list what the questions of a problem set count, or change it")
    _add_common(points)
    points.add_argument(
        "question", nargs="?", metavar="QUESTION", help="a function or a written answer (default: list)"
    )
    points.add_argument("points", nargs="?", type=values.points, metavar="POINTS", help="what it counts, 0 to drop it")
    points.add_argument("--as-released", action="store_true", help="what it counts in the problem set")

    mark = _command(commands, "mark", "mark written answers on one page, with a rubric")
    _add_common(mark)
    mark.add_argument("--grader", metavar="NAME", help="who marks (default: the name of this machine's user)")
    mark.add_argument("--port", type=values.port, metavar="N", default=0, help="port to serve at (default: a free one)")
    mark.add_argument("--no-browser", action="store_false", dest="browser", help="open no browser, print the address")

    questions = _command(commands, "questions", "list what students ask about their grades, or answer it")
    _add_common(questions)
    questions.add_argument("--answer", nargs=2, metavar=("ID", "TEXT"), help="answer the question of this id")
    questions.add_argument("--all", action="store_true", help="list those that are answered, too")
    questions.add_argument("--to", type=Path, metavar="FILE", help="write the list to FILE, as CSV")

    solutions = _command(commands, "solutions", "write the answers as pages to read, for instructors alone")
    solutions.add_argument(
        "assignment", nargs="*", metavar="PS", help="problem sets, such as ps2_missing_sum (default: all)"
    )
    solutions.add_argument("--to", type=Path, metavar="DIR", help="folder to write (default: grading/solutions)")

    export = _command(commands, "export", "write the grades for a spreadsheet, for Canvas or for Moodle")
    _add_common(export)
    form = export.add_mutually_exclusive_group()
    form.add_argument("--format", choices=("csv", *IMPORTING), default="csv", help="(default: csv, with every score)")
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


def _add_hosted(commands: argparse._SubParsersAction) -> None:
    """What keeps submissions apart here, and the commands for platforms that grade by themselves."""
    isolation = _command(
        commands, "isolation", "say what keeps submissions apart on this machine, and what does not work"
    )
    isolation.add_argument("--clear", action="store_true", help="remove the copies of Python that grading left on disk")

    gradescope = _command(commands, "gradescope", "write the archive with which Gradescope grades a problem set")
    _add_common(gradescope)
    gradescope.add_argument(
        "--visibility",
        choices=VISIBILITIES,
        default=VISIBILITIES[0],
        help="when students see it (default: %(default)s)",
    )
    gradescope.add_argument(
        "--wheels", type=Path, metavar="DIR", help="put the wheels of this folder inside, so that nothing is downloaded"
    )
    gradescope.add_argument("--to", type=Path, metavar="FILE", help="archive to write")

    prairielearn = _command(commands, "prairielearn", "write the question with which PrairieLearn grades a problem set")
    _add_common(prairielearn)
    prairielearn.add_argument(
        "--image", metavar="NAME", default=IMAGE, help="what the grader's image is called (default: %(default)s)"
    )
    prairielearn.add_argument(
        "--topic", metavar="TOPIC", default="Backpropagation", help="the question's topic (default: %(default)s)"
    )
    prairielearn.add_argument("--to", type=Path, metavar="DIR", help="folder to write")


def _command(commands: argparse._SubParsersAction, name: str, what: str) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=what,
        description=what[0].upper() + what[1:] + ".",
        epilog=EPILOG[name],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _add_zone(command: argparse.ArgumentParser) -> None:
    command.add_argument("--zone", metavar="ZONE", help="time zone of the date, such as Europe/Berlin (default: UTC)")


def _add_common(command: argparse.ArgumentParser, nargs: str | None = None) -> None:
    command.add_argument("assignment", metavar="PS", help="the problem set, such as ps2_missing_sum", nargs=nargs)
    _add_gradebook(command)
    command.add_argument(
        "--book",
        metavar="URL",
        help="address of the book that explanations link to "
        "(default: the published one in _config.yml, or else the site in _build/html, if it is built)",
    )


def _add_repositories(command: argparse.ArgumentParser, what: str) -> None:
    command.add_argument(
        "--repositories",
        type=Path,
        metavar="FILE",
        help=f"list of students' repositories to {what}: a student and an address on each line",
    )


def _add_gradebook(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="folder of the gradebook, the submissions and all that grading writes (default: grading)",
    )
    command.add_argument(
        "--db",
        type=values.database,
        metavar="URL",
        help="gradebook, as an SQLAlchemy address (default: gradebook.db in that folder, SQLite)",
    )
