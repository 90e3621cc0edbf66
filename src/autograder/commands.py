"""What the command ``autograder`` does, a function a command; each returns the exit status."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from traitlets.config import Config, PyFileConfigLoader

from autograder import bundle, cohort, display
from autograder.course import Course, Folder
from autograder.feedback import feedback_page
from autograder.gradebook import Recorder
from autograder.pool import judge_all
from autograder.release import release as make_release
from autograder.report import class_csv, class_report
from autograder.result import Result, records
from autograder.sandbox import Limits, require_sandbox
from autograder.standing import Standing
from autograder.submission import grade_id_of, printable


def release(options: Namespace) -> int:
    """Make the student versions and the bundle."""
    course = Course.here()
    folder = Folder(course.grading)
    folder.root.mkdir(exist_ok=True)
    for assignment in options.assignment or course.problem_sets:
        path = make_release(course, assignment, options.db or folder.database, source=folder.root / "source", destination=course.exercises)
        print(f"released  {_relative(path)}")
    print(f"bundle    {_relative(bundle.make(course))}")
    return 0


def grade(options: Namespace) -> int:
    """Grade a folder of submissions."""
    course = Course.here()
    course.require(options.assignment)
    folder = Folder(options.out or course.grading)
    submitted = options.submitted or course.grading / "submitted"
    if not submitted.is_dir():
        raise NotADirectoryError(f"{submitted} is no folder; submissions are expected in it as <student>/{options.assignment}/*.ipynb")
    found = cohort.students_with(submitted, options.assignment)
    students = [student for student in found if not cohort.unusable(student)]
    if not students:
        raise FileNotFoundError(f"{submitted} holds no <student>/{options.assignment} folder, so there is nothing to grade")
    if options.unsafe:
        print("WARNING: no sandbox. The submissions can read and write whatever you can.", file=sys.stderr)
    else:
        require_sandbox()

    folder.root.mkdir(parents=True, exist_ok=True)
    for student in found:
        if why := cohort.unusable(student):
            print(f"{printable(student)}: NOT GRADED, {why}. Rename it and grade again.", file=sys.stderr)
    seed = cohort.seed_of(folder) if options.seed is None else options.seed
    released = course.released(options.assignment).read_bytes()
    settings = cohort.Settings(options.assignment, released, seed, Limits(total=options.timeout), options.unsafe)
    with cohort.only_run(folder), _recorder(course, folder, options) as recorder:
        if options.due:
            recorder.set_due(options.assignment, options.due)
        jobs = (cohort.job_for(submitted, student, settings) for student in students)
        results = []
        for judged in display.progress(judge_all(jobs, options.workers), len(students), f"grading {options.assignment}"):
            student = judged.result.student
            cohort.record(judged, folder, recorder, cohort.submission_time(submitted / student / options.assignment))
            results.append(judged.result)
            if judged.result.unreadable:
                print(f"{printable(student)}: {judged.result.unreadable} Graded with 0.", file=sys.stderr)
        results.sort(key=lambda result: result.student)
        standings = _write_pages(course, folder, options, results, recorder)
    if options.json:
        cohort.write(options.json, json.dumps(records(results), indent=1))
    display.table(results, standings)
    display.paths({
        "class report": _relative(folder.report(options.assignment, ".html")),
        "as a table": _relative(folder.report(options.assignment, ".csv")),
        "feedback": _relative(folder.root / "feedback"),
        "autograded": _relative(folder.root / "autograded"),
        "gradebook": options.db or _relative(folder.root / "gradebook.db"),
    })
    return 0 if students == found else 1


def feedback(options: Namespace) -> int:
    """Write feedback pages again, and with them the report, which shows the same scores."""
    return _again(options, "feedback pages", lambda folder: folder.root / "feedback")


def report(options: Namespace) -> int:
    """Write the class report again."""
    return _again(options, "report", lambda folder: folder.report(options.assignment, ".html"))


def export(options: Namespace) -> int:
    """Write the grades as CSV."""
    course, folder, results = _recorded(options)
    with _recorder(course, folder, options) as recorder:
        text = class_csv(results, _standings(folder, options.assignment, results, recorder))
    if options.to:
        cohort.write(options.to, text)
    else:
        sys.stdout.write(text)
    return 0


def _again(options: Namespace, what: str, where) -> int:
    course, folder, results = _recorded(options)
    with _recorder(course, folder, options) as recorder:
        _write_pages(course, folder, options, results, recorder)
    print(f"{what} of {len(results)} students: {_relative(where(folder))}")
    return 0


def _recorded(options: Namespace) -> tuple[Course, Folder, list[Result]]:
    course = Course.here()
    course.require(options.assignment)
    folder = Folder(options.out or course.grading)
    results = cohort.results(folder, options.assignment)
    if not results:
        raise FileNotFoundError(f"nothing is graded in {folder.root} yet: run 'autograder grade {options.assignment}' first")
    return course, folder, results


def _recorder(course: Course, folder: Folder, options: Namespace) -> Recorder:
    """The gradebook, with the problem set in it."""
    database = options.db or folder.database
    recorder = Recorder(database, _config(course))
    if not recorder.knows(options.assignment):
        recorder.close()
        make_release(course, options.assignment, database, source=folder.root / "source", destination=folder.root / "release")
        recorder = Recorder(database, _config(course))
    return recorder


def _config(course: Course) -> Config:
    """The course's nbgrader settings, for the late policy."""
    return PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()


def _standings(folder: Folder, assignment: str, results: Sequence[Result], recorder: Recorder) -> dict[str, Standing]:
    notebooks = {result.student: cohort.notebook_of(folder, assignment, result.student) for result in results}
    return recorder.standings(assignment, notebooks)


def _write_pages(course: Course, folder: Folder, options: Namespace, results: Sequence[Result], recorder: Recorder) -> Mapping[str, Standing]:
    """Feedback pages, class report and table; the standings they show."""
    standings = _standings(folder, options.assignment, results, recorder)
    links = {}
    report_path = folder.report(options.assignment, ".html")
    for result in results:
        path = folder.feedback(options.assignment, result.student)
        notebook = cohort.notebook_of(folder, options.assignment, result.student)
        code = {grade_id_of(cell): cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"}
        cohort.write(path, feedback_page(result, standings[result.student], code, _book(course, options, path)))
        links[result.student] = os.path.relpath(path, report_path.parent)
    cohort.write(report_path, class_report(results, standings, feedback=links, book=_book(course, options, report_path)))
    cohort.write(folder.report(options.assignment, ".csv"), class_csv(results, standings))
    return standings


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
