"""``autograder gradescope`` and ``autograder prairielearn``: what is uploaded to a platform that grades by itself."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from autograder.commands import terminal
from autograder.platforms.hosted import host_called
from autograder.platforms.hosted.host import Grader
from autograder.platforms.hosted.packing import grader_for, packed, write_archive, write_folder
from autograder.records import cohort
from autograder.records.course import Course, Folder, web_address
from autograder.text import points

ARCHIVE = "autograder.zip"


def gradescope(options: Namespace) -> int:
    """Write ``autograder.zip``."""
    course, grader, folder = _prepared(options, {"visibility": options.visibility})
    path = options.to or folder / ARCHIVE
    write_archive(path, packed(course, grader, host_called(grader.host), options.wheels))
    _tell(course, grader, path)
    print("Upload it under Configure Autograder. Give it at least 2 GB of memory in the settings of the assignment.")
    return 0


def prairielearn(options: Namespace) -> int:
    """Write the question's folder, and what its image is made of."""
    course, grader, folder = _prepared(options, {"image": options.image, "topic": options.topic})
    path = options.to or folder
    write_folder(path, packed(course, grader, host_called(grader.host)))
    _tell(course, grader, path)
    print(f"Copy questions/{grader.assignment} into your course, and build the image {options.image} from image/.")
    return 0


def _prepared(options: Namespace, said: dict[str, str]) -> tuple[Course, Grader, Path]:
    """The course, how to grade, and the folder for what is written."""
    course = Course.here()
    course.require(options.assignment)
    if not course.released(options.assignment).is_file():
        raise ValueError(f"{options.assignment} is not released yet: run 'autograder release' first")
    folder = Folder(options.out or course.grading)
    folder.make()
    grader = grader_for(course, options.assignment, options.command, cohort.seed_of(folder), said)
    if options.book:
        grader = replace(grader, book=web_address(options.book))
    return course, grader, folder.root / options.command / options.assignment


def _tell(course: Course, grader: Grader, path: Path) -> None:
    asked = course.hidden.load(grader.assignment).problems
    total = sum(problem.max_score for problem in asked)
    print(f"{terminal.relative(path)}: {len(asked)} functions, {points(total)}. It holds answers: keep it to yourself.")
