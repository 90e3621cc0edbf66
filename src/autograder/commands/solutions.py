"""``autograder solutions``: the problem sets with their answers as pages to read, for instructors alone."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from autograder.commands import terminal
from autograder.pages.solutions import solutions_page
from autograder.records.atomic import write
from autograder.records.course import Course
from autograder.release.source import source_notebook


def solutions(options: Namespace) -> int:
    """Write a page for each problem set into a folder that its owner alone can enter."""
    course = Course.here()
    for assignment in options.assignment:
        course.require(assignment)
    folder: Path = options.to or course.grading / "solutions"
    for public in (course.site, course.exercises):
        if folder.resolve().is_relative_to(public.resolve()):
            raise ValueError(f"{folder} lies in {public}, which students see: name another folder")
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    for assignment in options.assignment or course.problem_sets:
        page = folder / f"{assignment}.html"
        write(page, solutions_page(assignment, source_notebook(course.text(assignment))), mode=0o600)
        print(f"answers  {terminal.relative(page)}")
    return 0
