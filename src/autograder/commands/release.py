"""``autograder release``: make the student versions and the bundle."""

from __future__ import annotations

from argparse import Namespace

from autograder.commands import terminal
from autograder.records.course import Course, Folder
from autograder.records.releases import Releases
from autograder.release import bundle, sets


def release(options: Namespace) -> int:
    """Make the student versions of some problem sets, or of all, and the bundle of all."""
    course = Course.here()
    folder = Folder(course.grading)
    folder.make()
    terminal.readers(course.root, folder.root)
    database = options.db or folder.database
    wanted = options.assignment or course.problem_sets
    if not wanted:
        raise ValueError(f"there is no problem set: write its text, {terminal.relative(course.text('<name>'))}")
    for assignment in wanted:
        sets.require_whole(course, assignment)
    for assignment in wanted:
        path = sets.release(course, assignment, database, source=folder.root / "source", destination=course.exercises)
        Releases.of(folder.history(assignment), course.released(assignment))
        print(f"released  {terminal.relative(path)}")
    print(f"bundle    {terminal.relative(bundle.make(course, options.book))}")
    return 0
