"""The answers in words of a class to one problem set, as the autograded notebooks hold them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.judging.submission import grade_id_of
from autograder.records import results
from autograder.records.cells import is_grade, is_task
from autograder.records.course import Folder
from autograder.text import visible


@dataclass(frozen=True)
class Question:
    """A question to be answered in words; ``asked`` is the text above the answer."""

    name: str
    asked: str


def questions_of(released: Mapping[str, Any]) -> list[Question]:
    """The questions of a released notebook that a human marks."""
    return list(_questions(released))


def _questions(released: Mapping[str, Any]) -> Iterator[Question]:
    above = ""
    for cell in released["cells"]:
        if cell["cell_type"] == "markdown" and (is_grade(cell) or is_task(cell)):
            yield Question(grade_id_of(cell), visible(above))
        above = cell["source"] if cell["cell_type"] == "markdown" else ""


class Answers:
    """What each student wrote; a notebook is read again where it has changed."""

    def __init__(self, folder: Folder, assignment: str, students: Sequence[str]):
        self._folder, self._assignment, self.students = folder, assignment, list(students)
        self._read: dict[str, tuple[int, dict[str, str]]] = {}

    def to(self, question: str) -> dict[str, str]:
        """By student, with what cannot be shown spelled out; students whose notebook cannot be read are left out."""
        found = {student: self._of(student).get(question) for student in self.students}
        return {student: visible(text.strip()) for student, text in found.items() if text is not None}

    def _of(self, student: str) -> dict[str, str]:
        try:
            changed = os.stat(self._folder.autograded(self._assignment, student)).st_mtime_ns
            if student not in self._read or self._read[student][0] != changed:
                notebook = results.notebook_of(self._folder, self._assignment, student)
                texts = {grade_id_of(c): c["source"] for c in notebook["cells"] if c["cell_type"] == "markdown"}
                self._read[student] = changed, texts
        except (OSError, ValueError):
            return {}
        return self._read[student][1]


def shuffled(students: Sequence[str], grader: str, question: str) -> list[str]:
    """An order of its own for each grader and question, the same every time: graders drift."""
    return sorted(students, key=lambda student: hashlib.sha256(f"{grader}\0{question}\0{student}".encode()).digest())
