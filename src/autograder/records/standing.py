"""What the gradebook says of one student's submission of one problem set, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from autograder.judging.result import Result


@dataclass(frozen=True)
class WrittenAnswer:
    """An answer graded by hand: the student's text, and the score and comment given in formgrader so far."""

    name: str
    text: str
    max_score: float
    score: float | None = None
    comment: str = ""


@dataclass(frozen=True)
class Standing:
    """The whole grade: score = automatic + by hand - late penalty, never below 0.

    ``due`` is this student's due date in UTC, which may have been ``extended``. ``needs_hand_grading`` is true while a
    written answer has no score yet, so that ``score`` may still rise.
    """

    student: str
    assignment: str
    score: float
    max_score: float
    late_penalty: float = 0.0
    seconds_late: float = 0.0
    due: datetime | None = None
    extended: bool = False
    needs_hand_grading: bool = False
    written: tuple[WrittenAnswer, ...] = ()

    @classmethod
    def of(cls, result: Result) -> Standing:
        """That of a submission of which the gradebook says nothing: the automatic score alone."""
        return cls(result.student, result.assignment, result.score, result.max_score)
