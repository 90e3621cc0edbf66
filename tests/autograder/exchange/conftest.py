"""A course with nbgrader's exchange: an instructor's checkout, the folder that all can write into, and two homes."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.records.course import Course, Folder
from autograder.release import sets

from ...submissions import make
from ..notebooks import ASSIGNMENT, ROOT
from .as_user import SEVERAL, User, accounts

COURSE_ID = "comp101"
ADA, BEN = accounts(2) if SEVERAL else ("ada", "ben")


@dataclass(frozen=True)
class Classroom:
    """The instructor's checkout, the exchange, and who is there; without root's rights all are one user, ada."""

    checkout: Path
    exchange: Path
    instructor: User
    ada: User
    ben: User

    @property
    def inbox(self) -> Path:
        return self.exchange / COURSE_ID / "inbound"

    @property
    def submitted(self) -> Path:
        return self.checkout / "grading" / "submitted"

    def teach(self, *arguments: str) -> tuple[int, str]:
        """A command of nbgrader in the checkout."""
        return self.instructor.nbgrader(*arguments, where=self.checkout)

    def hand_in(self, student: User, kind: str, as_file: str = ASSIGNMENT) -> str:
        """Write answers into the fetched notebook and submit it; what the submission is called.

        ``kind`` is who in `tests.submissions` answers so.
        """
        content = json.dumps(make.notebook(make.read_class([kind])[0]))
        before = set(os.listdir(self.inbox))
        folder = student.home / ASSIGNMENT

        def answer() -> None:
            (folder / f"{ASSIGNMENT}.ipynb").rename(folder / f"{as_file}.ipynb")
            (folder / f"{as_file}.ipynb").write_text(content)

        assert student.does(answer) == (0, "")
        status, said = student.nbgrader("submit", ASSIGNMENT)
        assert status == 0, said
        (name,) = set(os.listdir(self.inbox)) - before
        return name


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder that every user of the machine can get to, as pytest's own is not."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def classroom(place: Path) -> Classroom:
    """The problem set is released, and both have fetched it."""
    checkout, exchange = place / "checkout", place / "exchange"
    checkout.mkdir(mode=0o700)
    exchange.mkdir()
    exchange.chmod(0o777)
    for name in ("solutions", "exercises"):
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("course.toml", "_config.yml", "nbgrader_config.py"):
        shutil.copy(ROOT / name, checkout)
    shared = f"c = get_config()\nc.CourseDirectory.course_id = {COURSE_ID!r}\nc.Exchange.root = {str(exchange)!r}\n"
    (checkout / "nbgrader_config_local.py").write_text(shared)
    course, folder = Course(checkout), Folder(checkout / "grading")
    folder.make()
    source = folder.root / "source"
    sets.release(course, ASSIGNMENT, folder.database, source=source, destination=course.exercises)
    students = [User.made(name, place / name) for name in (ADA, BEN)]
    for student in students:
        (student.home / "nbgrader_config.py").write_text(shared)
    instructor = User("", os.getuid(), place / "instructor")
    instructor.home.mkdir()
    made = Classroom(checkout, exchange, instructor, *students)
    assert made.teach("release_assignment", ASSIGNMENT)[0] == 0
    for student in students:
        status, said = student.nbgrader("fetch_assignment", ASSIGNMENT)
        assert status == 0, said
    return made
