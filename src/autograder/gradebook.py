"""nbgrader's gradebook: grades go in, one transaction a submission, and standings come out."""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import nbformat
from nbgrader import utils
from nbgrader.api import Comment, Grade, Gradebook, MissingEntry, Student, SubmittedAssignment, SubmittedNotebook
from nbgrader.preprocessors import AssignLatePenalties
from traitlets.config import Config

from autograder.standing import Standing, WrittenAnswer


def open_gradebook(database: str) -> Gradebook:
    """The gradebook at this SQLAlchemy address, made if it is new. nbgrader calls the command ``alembic`` to stamp a new one."""
    path = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), path])
    try:
        return Gradebook(database)
    finally:
        os.environ["PATH"] = path


class Recorder:
    """The one writer of a gradebook; leaving the context closes it."""

    def __init__(self, database: str, config: Config | None = None):
        self._gradebook = open_gradebook(database)
        policy = AssignLatePenalties(config=config or Config())
        policy.init_plugin()
        self._penalties = policy.plugin_inst

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._gradebook.close()

    def knows(self, assignment: str) -> bool:
        """Whether the problem set was released into this gradebook."""
        try:
            return bool(self._gradebook.find_assignment(assignment).notebooks)
        except MissingEntry:
            return False

    def set_due(self, assignment: str, due: datetime) -> None:
        """The due date, in UTC."""
        self._gradebook.find_assignment(assignment).duedate = due
        self._gradebook.db.commit()

    def record(self, student: str, assignment: str, notebook: dict[str, Any], *, submitted: datetime | None, changed: bool) -> None:
        """Write all grades of one submission, or none of them.

        ``notebook`` is the autograded one. Scores and comments given by hand stay; if the submission ``changed`` since then, they
        are marked for another look.
        """
        session = self._gradebook.db
        try:
            submission = self._submission(student, assignment)
            submission.timestamp = submitted
            part = next(nb for nb in submission.notebooks if nb.name == assignment)
            grades = {grade.name: grade for grade in part.grades}
            comments = {comment.name: comment for comment in part.comments}
            for cell in nbformat.from_dict(notebook).cells:
                name = cell.metadata.get("nbgrader", {}).get("grade_id")
                if utils.is_grade(cell):
                    _set_score(grades[name], utils.determine_grade(cell)[0], changed)
                if utils.is_solution(cell) and name in comments:
                    untouched = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
                    comments[name].auto_comment = "No response." if untouched else None
            session.flush()
            session.refresh(part)
            session.refresh(submission)
            part.late_submission_penalty = self._late_penalty(student, part.score, submission.total_seconds_late)
            session.commit()
        except BaseException:
            session.rollback()
            raise

    def standings(self, assignment: str, notebooks: dict[str, dict[str, Any]]) -> dict[str, Standing]:
        """The standing of every student in ``notebooks`` (student → autograded notebook), as the gradebook has it now."""
        return {student: self._standing(student, assignment, notebook) for student, notebook in notebooks.items()}

    def _standing(self, student: str, assignment: str, notebook: dict[str, Any]) -> Standing:
        submission = self._gradebook.find_submission(assignment, student)
        part = next(nb for nb in submission.notebooks if nb.name == assignment)
        penalty = part.late_submission_penalty or 0.0
        return Standing(
            student,
            assignment,
            score=max(0.0, part.score - penalty),
            max_score=part.max_score,
            late_penalty=penalty,
            seconds_late=submission.total_seconds_late,
            needs_hand_grading=any(grade.needs_manual_grade for grade in part.grades),
            written=tuple(_written(part, notebook)),
        )

    def _submission(self, student: str, assignment: str) -> SubmittedAssignment:
        """The student's submission, made (student included) but not yet committed if it is new."""
        try:
            return self._gradebook.find_submission(assignment, student)
        except MissingEntry:
            pass
        session = self._gradebook.db
        try:
            owner = self._gradebook.find_student(student)
        except MissingEntry:
            owner = Student(id=student)
            session.add(owner)
        with session.no_autoflush:
            submission = SubmittedAssignment(assignment=self._gradebook.find_assignment(assignment), student=owner)
            session.add(submission)
            for notebook in submission.assignment.notebooks:
                part = SubmittedNotebook(notebook=notebook, assignment=submission)
                session.add(part)
                for cell in (*notebook.grade_cells, *notebook.task_cells):
                    session.add(Grade(cell_id=cell.id, notebook=part))
                for cell in (*notebook.solution_cells, *notebook.task_cells):
                    session.add(Comment(cell_id=cell.id, notebook=part))
        session.flush()
        for part in submission.notebooks:
            session.refresh(part)
        return submission

    def _late_penalty(self, student: str, score: float, seconds_late: float) -> float | None:
        """What the course's late policy takes off, between 0 and the score; None if nothing."""
        if seconds_late <= 0:
            return None
        penalty = self._penalties.late_submission_penalty(student, score, seconds_late)
        return None if penalty is None else min(max(penalty, 0.0), score)


def _set_score(grade: Grade, automatic: float | None, changed: bool) -> None:
    by_hand = grade.manual_score is not None
    grade.auto_score = automatic
    grade.needs_manual_grade = changed if by_hand else automatic is None


def _written(part: SubmittedNotebook, notebook: dict[str, Any]) -> Iterable[WrittenAnswer]:
    texts = {cell["metadata"]["nbgrader"]["grade_id"]: cell["source"] for cell in notebook["cells"]
             if cell["cell_type"] == "markdown" and "nbgrader" in cell["metadata"]}
    comments = {comment.name: comment.comment or "" for comment in part.comments}
    for grade in part.grades:
        if grade.name in texts:
            score = None if grade.needs_manual_grade else grade.score
            yield WrittenAnswer(grade.name, texts[grade.name], grade.max_score, score, comments.get(grade.name, ""))
