"""A gradebook with a few answers in words, made without judging anything."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from threading import Thread

import pytest
from nbgrader.api import Gradebook

from autograder.judging.submission import load_notebook
from autograder.marking.answers import Answers, questions_of
from autograder.marking.server import Desk, serve
from autograder.marking.store import Store
from autograder.records.course import Folder
from autograder.records.gradebook import Recorder
from autograder.records.roster import Person, Roster

from ..notebooks import ASSIGNMENT as PS
from ..notebooks import notebook_bytes, released

WRITTEN = "where_the_sum_comes_from"
STUDENTS = ("ada", "ben", "eve")
EVIL = "</textarea><script>window.ran = 1</script><img src=x onerror='window.ran = 1'>\x1b[31m=HYPERLINK(1)"


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of grading with what three students wrote, to be copied."""
    folder = Folder(tmp_path_factory.mktemp("written") / "grading")
    folder.make()
    with Recorder(folder.database) as recorder:
        recorder.enter(PS, released())
        for student in STUDENTS:
            hand_in(folder, recorder, student, EVIL if student == "eve" else f"Because {student} says so.")
    return folder.root


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Folder:
    return Folder(shutil.copytree(written, tmp_path / "grading"))


def hand_in(folder: Folder, recorder: Recorder, student: str, answer: str, *, changed: bool = False) -> None:
    notebook = load_notebook(notebook_bytes({WRITTEN: answer}))
    recorder.record(student, PS, notebook, submitted=None, changed=changed)
    path = folder.autograded(PS, student)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook))


class InFormgrader:
    """The gradebook as nbgrader's own API reads and writes it, which formgrader uses."""

    def __init__(self, folder: Folder):
        self._database = folder.database

    def given(self, student: str) -> tuple[float | None, str | None, bool]:
        """Score and comment by hand, and whether somebody must look."""
        with Gradebook(self._database) as book:
            grade, said = (find(WRITTEN, PS, PS, student) for find in (book.find_grade, book.find_comment))
            return grade.manual_score, said.manual_comment, grade.needs_manual_grade

    def give(self, student: str, score: float | None, comment: str | None = None) -> None:
        with Gradebook(self._database) as book:
            grade, said = (find(WRITTEN, PS, PS, student) for find in (book.find_grade, book.find_comment))
            grade.manual_score, grade.needs_manual_grade = score, score is None
            if comment is not None:
                said.manual_comment = comment
            book.db.commit()


@pytest.fixture
def formgrader(folder: Folder) -> InFormgrader:
    return InFormgrader(folder)


@pytest.fixture
def desk(folder: Folder) -> Iterator[Desk]:
    with Recorder(folder.database) as recorder:
        answers = Answers(folder, PS, STUDENTS)
        people = Roster([Person("ada", "Lovelace", "Ada")])
        yield Desk(PS, "kim", questions_of(released()), answers, Store(recorder, PS, "kim"), people)


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    """The address of the page, token included, while a thread serves it."""
    loop, told = asyncio.new_event_loop(), Queue[str]()

    async def begin() -> None:
        told.put(serve(desk)[1])

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.create_task(begin())
        loop.run_forever()

    thread = Thread(target=run)
    thread.start()
    yield told.get(timeout=10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
