"""nbgrader's gradebook: grades go in, one transaction a submission, and standings come out."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import api, utils
from nbgrader.api import (
    Assignment,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import DBAPIError
from traitlets.config import Config

from autograder import CannotProceed
from autograder.records.roster import Person, Roster, enrol
from autograder.records.standing import Standing, WrittenAnswer

LOCK_SECONDS = 15
"""How long to try again while another program writes into an SQLite gradebook."""

FAULTS = {
    "locked": "is locked by another program, and has been for a while. "
    "Close what has it open, perhaps a database browser, and run the command again: it goes on where it stopped.",
    "full": "cannot be written, because the disk is full. "
    "Free some space and run the command again: it goes on where it stopped.",
    "readonly|unable to open|disk I/O": "cannot be written. "
    "See to the permissions of the file and its folder, or name another one with --db or --out.",
    "malformed|not a database|quick_check": "is damaged. It was left as it is. "
    "Put a copy of it in its place, or move it away, and run the command again: "
    "the automatic grades are entered again, but scores and comments given by hand are only in there.",
}
"""What SQLite says → what it means and what to do."""


class GradebookFailed(CannotProceed):
    """The gradebook cannot be read or written; the message says which, why, and what to do."""

    def __init__(self, database: str, reason: object):
        url = make_url(database)
        meaning = next(
            (what for words, what in FAULTS.items() if re.search(words, str(reason))), f"cannot be used: {reason}"
        )
        super().__init__(f"the gradebook {url.database if _is_file(url) else url.render_as_string()} {meaning}")


def open_gradebook(database: str) -> Gradebook:
    """The gradebook at this SQLAlchemy address, made if it is new; `GradebookFailed` if it is locked or damaged."""
    url = make_url(database)
    try:
        if not _is_file(url):
            return _nbgraders(url)
        if not os.path.exists(url.database or ""):
            part = Path(f"{url.database}.part")
            part.unlink(missing_ok=True)
            _nbgraders(url.set(database=str(part))).close()
            part.replace(str(url.database))
        gradebook = _nbgraders(url.update_query_dict({"timeout": str(LOCK_SECONDS)}))
        seen = gradebook.db.execute(text("PRAGMA quick_check")).scalars().first()
    except DBAPIError as error:
        raise GradebookFailed(database, error.orig) from error
    if seen != "ok":
        gradebook.close()
        raise GradebookFailed(database, f"quick_check: {seen}")
    return gradebook


def _nbgraders(url: URL) -> Gradebook:
    """nbgrader's own object."""
    try:
        return Gradebook(url.render_as_string(hide_password=False))
    except ModuleNotFoundError as error:
        raise CannotProceed(
            f"a gradebook at {url.drivername}:// needs the Python package {error.name}. For PostgreSQL: "
            "pip install 'missingsum-instructor[postgresql]'"
        ) from None


@cache
def revision() -> str:
    """The newest revision of nbgrader's tables, with which a new gradebook is stamped."""
    from alembic.script import ScriptDirectory  # takes a while, and most gradebooks are there already
    from nbgrader.dbutil import ALEMBIC_DIR

    return ScriptDirectory(ALEMBIC_DIR).get_current_head()


api.get_alembic_version = (
    revision  # nbgrader's own starts the command ``alembic``, which takes seconds and must be on PATH
)


def _is_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and bool(url.database)


class Recorder:
    """The one writer of a gradebook.

    Leaving the context closes it, and makes a `GradebookFailed` of what its database raised.
    """

    def __init__(self, database: str, config: Config | None = None):
        self._database = database
        self._gradebook = open_gradebook(database)
        policy = AssignLatePenalties(config=config or Config())
        policy.init_plugin()
        self._penalties = policy.plugin_inst

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, traceback: object) -> None:
        self.close()
        if isinstance(error, DBAPIError):
            raise GradebookFailed(self._database, error.orig) from error

    def close(self) -> None:
        self._gradebook.close()

    def knows(self, assignment: str, cells: Collection[str] = ()) -> bool:
        """Whether the problem set was released into this gradebook, with all of these graded ``cells``."""
        try:
            notebooks = self._gradebook.find_assignment(assignment).notebooks
        except MissingEntry:
            return False
        return bool(notebooks) and {cell.name for notebook in notebooks for cell in notebook.grade_cells}.issuperset(
            cells
        )

    def set_due(self, assignment: str, due: datetime) -> None:
        """The due date, in UTC; who was late is worked out anew."""
        self._gradebook.find_assignment(assignment).duedate = due
        self.work_out_lateness(assignment)

    def due(self, assignment: str) -> datetime | None:
        """The due date, in UTC, without any extension."""
        return self._gradebook.find_assignment(assignment).duedate

    def extensions(self, assignment: str) -> dict[str, datetime]:
        """Who has more time, and until when, in UTC."""
        due = self.due(assignment)
        rows = (
            self._gradebook.db.query(SubmittedAssignment.student_id, SubmittedAssignment.extension)
            .join(SubmittedAssignment.assignment)
            .filter(Assignment.name == assignment, SubmittedAssignment.extension.isnot(None))
        )
        return {student: due + extension for student, extension in rows} if due else {}

    def extend(self, student: str, assignment: str, until: datetime | None) -> None:
        """Move the due date of one student to ``until``, or back for None.

        Whether the student was late is worked out anew. ValueError if there is no due date, or if ``until`` is before
        it.
        """
        due = self.due(assignment)
        if due is None:
            raise ValueError(f"{assignment} has no due date yet: set it with 'autograder due {assignment} DATE'")
        if until is not None and until < due:
            raise ValueError(f"{until:%Y-%m-%d %H:%M} is before the due date, {due:%Y-%m-%d %H:%M} UTC")
        self._submission(student, assignment).extension = None if until is None else until - due
        self.work_out_lateness(assignment)

    def work_out_lateness(self, assignment: str) -> None:
        """Apply the late policy to every submission as it stands now, scores given by hand included."""
        session = self._gradebook.db
        session.commit()
        known = self._gradebook.find_assignment(assignment)
        concerned = SubmittedNotebook.late_submission_penalty.isnot(None)
        if known.duedate:
            concerned |= SubmittedAssignment.timestamp > known.duedate
        parts = (
            session.query(SubmittedNotebook)
            .join(SubmittedAssignment)
            .filter(SubmittedAssignment.assignment_id == known.id, concerned)
        )
        for part in parts:
            submission = part.assignment
            part.late_submission_penalty = self._late_penalty(
                submission.student.id, part.score, submission.total_seconds_late
            )
        session.commit()

    def points(self, assignment: str) -> dict[str, float]:
        """What each graded cell counts, in the order of the notebook."""
        cells = (cell for part in self._gradebook.find_assignment(assignment).notebooks for cell in part.grade_cells)
        return {cell.name: cell.max_score for cell in cells}

    def set_maximum(self, assignment: str, name: str, points: float) -> None:
        """Let a graded cell count ``points``, if it is there; scores stay as they are."""
        for cell in self._cells(assignment, name):
            cell.max_score = points
        self._gradebook.db.commit()

    def set_points(
        self, assignment: str, name: str, points: float, earned: Mapping[str, float], by_hand: Mapping[str, float]
    ) -> dict[str, float]:
        """Let a graded cell count ``points``, and every score of it keep its share.

        Returns the shares that were given by hand, by student. ``earned`` are the shares that the checks gave, and
        ``by_hand`` those that were given by hand before the cell came to count nothing.
        """
        shares = dict(by_hand)
        for cell in self._cells(assignment, name):
            before, cell.max_score = cell.max_score, points
            for grade in self._gradebook.db.query(Grade).filter_by(cell_id=cell.id):
                student = grade.notebook.assignment.student.id
                if grade.manual_score is not None and before:
                    shares[student] = grade.manual_score / before
                if student in shares:
                    grade.manual_score = round(points * shares[student], 9)
                if student in earned:
                    grade.auto_score = round(points * earned[student], 9)
                if grade.auto_score is None and grade.manual_score is None:
                    grade.needs_manual_grade = points > 0
        self._gradebook.db.commit()
        return shares

    def _cells(self, assignment: str, name: str) -> list[Any]:
        notebooks = self._gradebook.find_assignment(assignment).notebooks
        return [cell for part in notebooks for cell in part.grade_cells if cell.name == name]

    def submitters(self, assignment: str) -> set[str]:
        """The students of whom the gradebook holds a submission."""
        rows = self._gradebook.db.query(SubmittedAssignment.student_id).join(SubmittedAssignment.assignment)
        return {student for (student,) in rows.filter_by(name=assignment)}

    def roster(self) -> Roster:
        """Everybody in the gradebook."""
        return Roster.of(self._gradebook)

    def enrol(self, people: Iterable[Person]) -> dict[str, list[Person]]:
        """Enter people, all or none: who was "new", "changed", "unchanged"."""
        return enrol(self._gradebook, people)

    def record(
        self, student: str, assignment: str, notebook: dict[str, Any], *, submitted: datetime | None, changed: bool
    ) -> None:
        """Write all grades of one submission, or none of them.

        ``notebook`` is the autograded one. Scores and comments given by hand stay; if the submission ``changed`` since
        then, or the automatic score that they stand in for, they are marked for another look, until somebody takes it.
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
                    _set_score(grades[name], _automatic(cell, grades[name].max_score), changed)
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
        """The standing of every student in ``notebooks`` (student → autograded notebook), as the gradebook has it."""
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
            due=submission.duedate,
            extended=submission.extension is not None,
            needs_hand_grading=any(grade.needs_manual_grade for grade in part.grades if grade.max_score),
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


def _automatic(cell: NotebookNode, points: float) -> float | None:
    """What the checks gave, of the ``points`` that the cell counts; None where a human is to grade.

    ValueError if they gave what cannot be.
    """
    released = cell.metadata.nbgrader.points
    outputs = [out.data["text/plain"] for out in cell.get("outputs", ()) if out.output_type == "execute_result"]
    given = [float("".join(text)) for text in outputs]  # nbgrader writes a list of lines
    if any(not 0 <= score <= released for score in given):
        raise ValueError(
            f"{cell.metadata.nbgrader.grade_id} counts {released:g} points, and its hidden checks give {given[0]:g}: "
            "the points of its checks in solutions/checks must be 0 or more and add up to those of its cell. "
            "What a question counts is changed by 'autograder points'"
        )
    score, _ = utils.determine_grade(cell)
    if score is None or points == released:
        return score
    return round(points * score / released, 9) if released else 0.0


def _set_score(grade: Grade, automatic: float | None, changed: bool) -> None:
    if grade.manual_score is None:
        grade.needs_manual_grade = automatic is None and grade.max_score > 0
    elif changed or automatic != grade.auto_score:
        grade.needs_manual_grade = True
    grade.auto_score = automatic


def _written(part: SubmittedNotebook, notebook: dict[str, Any]) -> Iterable[WrittenAnswer]:
    texts = {
        cell["metadata"]["nbgrader"]["grade_id"]: cell["source"]
        for cell in notebook["cells"]
        if cell["cell_type"] == "markdown" and "nbgrader" in cell["metadata"]
    }
    comments = {comment.name: comment.comment or "" for comment in part.comments}
    for grade in part.grades:
        if grade.name in texts and grade.max_score:
            score = None if grade.needs_manual_grade else grade.score
            yield WrittenAnswer(grade.name, texts[grade.name], grade.max_score, score, comments.get(grade.name, ""))
