"""What the command ``autograder`` does, a function a command; each returns the exit status."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import make_url
from traitlets.config import Config, PyFileConfigLoader

from autograder import bundle, cohort, display
from autograder.course import Course, Folder
from autograder.export import Grades, as_csv
from autograder.feedback import feedback_page
from autograder.files import write
from autograder.gradebook import Recorder
from autograder.judge import Judged, judge
from autograder.pool import LocalWorkers, judge_all
from autograder.release import release as make_release
from autograder.report import class_report
from autograder.result import Result, records, summary
from autograder.sandbox import Limits, require_sandbox
from autograder.standing import Standing
from autograder.submission import grade_id_of, is_graded, load_notebook, printable
from autograder.version import Versions


def release(options: Namespace) -> int:
    """Make the student versions and the bundle."""
    course = Course.here()
    folder = Folder(course.grading)
    folder.root.mkdir(exist_ok=True)
    for assignment in options.assignment or course.problem_sets:
        path = make_release(
            course,
            assignment,
            options.db or folder.database,
            source=folder.root / "source",
            destination=course.exercises,
        )
        versions_of(course, folder, assignment)
        print(f"released  {_relative(path)}")
    print(f"bundle    {_relative(bundle.make(course, options.book))}")
    return 0


def grade(options: Namespace) -> int:
    """Grade a folder of submissions."""
    course = Course.here()
    course.require(options.assignment)
    folder = Folder(options.out or course.grading)
    submitted = options.submitted or course.grading / "submitted"
    if not submitted.is_dir():
        raise NotADirectoryError(
            f"{submitted} is no folder; submissions are expected in it as <student>/{options.assignment}/*.ipynb, "
            "where 'autograder collect' places them"
        )
    found = cohort.students_with(submitted, options.assignment)
    students = [student for student in found if not cohort.unusable(student)]
    if not students:
        raise FileNotFoundError(
            f"{submitted} holds no <student>/{options.assignment} folder, so there is nothing to grade: "
            f"see 'autograder collect {options.assignment}', or name the folder with --submitted"
        )
    if options.unsafe:
        print("WARNING: no sandbox. The submissions can read and write whatever you can.", file=sys.stderr)
    elif not options.scheduler:
        require_sandbox()

    folder.root.mkdir(parents=True, exist_ok=True)
    left_out = {student: why for student in found if (why := cohort.unusable(student))}
    for student, why in left_out.items():
        print(f"{printable(student)}: NOT GRADED, {why}. Rename it and grade again.", file=sys.stderr)
    released = course.released(options.assignment).read_bytes()
    with (
        _workers(options, len(students)) as workers,
        cohort.only_run(folder),
        open_recorder(course, folder, options) as recorder,
    ):
        if options.due:
            recorder.set_due(options.assignment, options.due)
        seed = cohort.seed_of(folder) if options.seed is None else options.seed
        settings = cohort.Settings(options.assignment, released, seed, Limits(total=options.timeout), options.unsafe)
        results = []

        def record(judged: Judged) -> None:
            result = judged.result
            cohort.record(
                judged, folder, recorder, cohort.submission_time(submitted / result.student / options.assignment)
            )
            results.append(result)
            if result.faulty:
                print(
                    f"{printable(result.student)}: NO FINAL GRADE, because the grader itself failed. {result.unreadable} "
                    "Run the command again.",
                    file=sys.stderr,
                )
            elif result.unreadable:
                print(f"{printable(result.student)}: {result.unreadable} Graded with 0.", file=sys.stderr)

        work = display.Work()
        waiting = []
        for job in cohort.jobs(submitted, students, settings, folder, again=options.again):
            work.count(job)
            if job.functions:
                waiting.append(job.student)
            else:
                record(judge(job))
        work.show()
        jobs = cohort.jobs(submitted, waiting, settings, folder, again=options.again)
        for judged in display.progress(judge_all(jobs, workers), len(waiting), f"grading {options.assignment}"):
            record(judged)
        results.sort(key=lambda result: result.student)
        standings = write_pages(course, folder, options, results, recorder)
        missing = recorder.roster().without(standings)
    if options.json:
        write(options.json, json.dumps(records(results), indent=1))
    if options.summary:
        write(options.summary, json.dumps(summary(results, left_out), indent=1))
    display.table(results, standings)
    display.missing(missing, len(results))
    display.paths(
        {
            "class report": _relative(folder.report(options.assignment, ".html")),
            "as a table": _relative(folder.report(options.assignment, ".csv")),
            "feedback": _relative(folder.root / "feedback"),
            "autograded": _relative(folder.root / "autograded"),
            "gradebook": make_url(options.db).render_as_string()
            if options.db
            else _relative(folder.root / "gradebook.db"),
        }
    )
    return 1 if students != found or any(result.faulty for result in results) else 0


def feedback(options: Namespace) -> int:
    """Write feedback pages again, and with them the report, which shows the same scores."""
    return _again(options, "feedback pages", lambda folder: folder.root / "feedback")


def report(options: Namespace) -> int:
    """Write the class report again."""
    return _again(options, "report", lambda folder: folder.report(options.assignment, ".html"))


def _again(options: Namespace, what: str, where) -> int:
    course, folder, results = recorded(options)
    with cohort.only_run(folder), open_recorder(course, folder, options) as recorder:
        write_pages(course, folder, options, results, recorder)
    print(f"{what} of {display.counted(len(results), 'student')}: {_relative(where(folder))}")
    return 0


def recorded(options: Namespace) -> tuple[Course, Folder, list[Result]]:
    course = Course.here()
    course.require(options.assignment)
    folder = Folder(options.out or course.grading)
    results = cohort.results(folder, options.assignment)
    if not results:
        raise FileNotFoundError(
            f"nothing is graded in {folder.root} yet: run 'autograder grade {options.assignment}' first"
        )
    return course, folder, results


def open_recorder(course: Course, folder: Folder, options: Namespace) -> Recorder:
    """The gradebook, with the problem set in it."""
    database = options.db or folder.database
    recorder = Recorder(database, nbgrader_config(course))
    released = load_notebook(course.released(options.assignment).read_bytes())
    if not recorder.knows(options.assignment, [grade_id_of(cell) for cell in released["cells"] if is_graded(cell)]):
        recorder.close()
        make_release(
            course, options.assignment, database, source=folder.root / "source", destination=folder.root / "release"
        )
        recorder = Recorder(database, nbgrader_config(course))
    return recorder


def nbgrader_config(course: Course) -> Config:
    """The course's nbgrader settings, for the late policy."""
    return PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()


def standings_of(folder: Folder, assignment: str, results: Sequence[Result], recorder: Recorder) -> dict[str, Standing]:
    standings: dict[str, Standing] = {}
    for result in results:  # one notebook in memory at a time
        standings |= recorder.standings(
            assignment, {result.student: cohort.notebook_of(folder, assignment, result.student)}
        )
    return standings


def write_pages(
    course: Course, folder: Folder, options: Namespace, results: Sequence[Result], recorder: Recorder
) -> Mapping[str, Standing]:
    """Feedback pages, class report and table; the standings they show."""
    recorder.work_out_lateness(options.assignment)
    standings = standings_of(folder, options.assignment, results, recorder)
    people = recorder.roster()
    versions = versions_of(course, folder, options.assignment)
    links = {}
    report_path = folder.report(options.assignment, ".html")
    for result in results:
        path = folder.feedback(options.assignment, result.student)
        notebook = cohort.notebook_of(folder, options.assignment, result.student)
        code = {grade_id_of(cell): cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"}
        write(
            path,
            feedback_page(
                result, standings[result.student], code, _book(course, options, path), people[result.student]
            ),
        )
        links[result.student] = os.path.relpath(path, report_path.parent)
    book = _book(course, options, report_path)
    write(report_path, class_report(results, standings, feedback=links, book=book, people=people, versions=versions))
    write(folder.report(options.assignment, ".csv"), as_csv(Grades(options.assignment, results, standings, people)))
    return standings


def _workers(options: Namespace, most: int):
    """Where to judge; no more than ``most`` processes of this machine."""
    if not options.scheduler:
        return LocalWorkers(min(options.workers, most), unsafe=options.unsafe)
    from autograder.cluster import ClusterWorkers

    return ClusterWorkers(options.scheduler, options.assignment, unsafe=options.unsafe)


def versions_of(course: Course, folder: Folder, assignment: str) -> Versions:
    """The versions of a problem set that this instructor released."""
    return Versions.of(folder.root / "versions" / f"{assignment}.json", course.released(assignment))


def _book(course: Course, options: Namespace, page: Path) -> str | None:
    """The book's address as a link on ``page``: the given one, or the way to the built site, or None."""
    if options.book:
        return options.book.rstrip("/") + "/"
    if not (course.site / "index.html").exists():
        return None
    return quote(os.path.relpath(course.site, page.resolve().parent)) + "/"


def _relative(path: Path) -> str:
    """The path as seen from here, if it is below."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
