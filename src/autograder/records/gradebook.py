"""nbgrader's gradebook: grades go in, one transaction a submission, and standings come out."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from math import fsum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, inspect, make_url, select, text
from sqlalchemy.exc import DBAPIError

from autograder import CannotProceed
from autograder.records import tables
from autograder.records.cells import automatic, is_grade, is_locked, is_solution, is_task, is_untouched
from autograder.records.entries import (
    AT_ONCE,
    Cell,
    Entry,
    cells_named,
    cells_of,
    entries_of,
    entry_of,
    save,
    score_of,
    the_assignment,
    updated,
    updating,
)
from autograder.records.roster import Person, Roster, enrol
from autograder.records.standing import Standing, WrittenAnswer
from autograder.records.tables import (
    TABLES,
    assignments,
    base_cell,
    grade_cells,
    grades,
    notebooks,
    submitted_assignment,
    submitted_notebook,
    task_cells,
)

if TYPE_CHECKING:
    from traitlets.config import Config

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


def open_gradebook(database: str) -> Engine:
    """The gradebook at this SQLAlchemy address, made if it is new; `GradebookFailed` if it is locked or damaged."""
    url = make_url(database)
    try:
        if not _is_file(url):
            return _with_tables(url)
        if not os.path.exists(url.database or ""):
            part = Path(f"{url.database}.part")
            part.unlink(missing_ok=True)
            _with_tables(url.set(database=str(part))).dispose()
            part.replace(str(url.database))
        engine = _with_tables(url.update_query_dict({"timeout": str(LOCK_SECONDS)}))
        with engine.connect() as db:
            seen = db.execute(text("PRAGMA quick_check")).scalars().first()
    except DBAPIError as error:
        raise GradebookFailed(database, error.orig) from error
    if seen != "ok":
        engine.dispose()
        raise GradebookFailed(database, f"quick_check: {seen}")
    return engine


def _with_tables(url: URL) -> Engine:
    """The database, with nbgrader's tables in it."""
    try:
        engine = create_engine(url)
    except ModuleNotFoundError as error:
        raise CannotProceed(
            f"a gradebook at {url.drivername}:// needs the Python package {error.name}. For PostgreSQL: "
            "pip install 'missingsum-instructor[postgresql]'"
        ) from None
    is_new = not inspect(engine).get_table_names()
    TABLES.create_all(engine)
    with engine.begin() as db:
        if is_new:
            db.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
            db.execute(text(f"INSERT INTO alembic_version (version_num) VALUES ('{tables.REVISION}')"))
        if not db.scalar(select(tables.courses.c.id).filter_by(id=tables.COURSE)):
            db.execute(tables.courses.insert().values(id=tables.COURSE))
    return engine


def _is_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and bool(url.database)


class Recorder:
    """The one writer of a gradebook.

    Leaving the context closes it, and makes a `GradebookFailed` of what its database raised.
    """

    def __init__(self, database: str, config: Config | None = None):
        self._database = database
        self._engine = open_gradebook(database)
        self._config = config

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, traceback: object) -> None:
        self.close()
        if isinstance(error, DBAPIError):
            raise GradebookFailed(self._database, error.orig) from error

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """A transaction in which no other begins to write: what it reads stays so until its end."""
        with self._engine.begin() as db:
            if self._engine.dialect.name == "sqlite":
                db.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                db.execute(select(tables.courses).with_for_update())
            yield db

    def knows(self, assignment: str, cells: Collection[str] = ()) -> bool:
        """Whether the problem set was released into this gradebook, with all of these graded ``cells``."""
        with self._engine.begin() as db:
            there = select(notebooks.c.id).join(assignments).where(assignments.c.name == assignment)
            known = {cell.name for cell in cells_of(db, assignment) if cell.type == "GradeCell"}
            return bool(db.scalar(there)) and known.issuperset(cells)

    def enter(self, assignment: str, released: Mapping[str, Any]) -> None:
        """Enter a problem set that is not there yet, as nbgrader does when it makes the ``released`` notebook."""
        cells = [cell for cell in released["cells"] if "nbgrader" in cell["metadata"]]
        with self._engine.begin() as db:
            notebook_id = tables.new_id()
            its_id = db.scalar(select(assignments.c.id).where(assignments.c.name == assignment))
            if its_id is None:
                its_id = tables.new_id()
                db.execute(assignments.insert().values(id=its_id, name=assignment, course_id=tables.COURSE))
            kernel = json.dumps(released["metadata"].get("kernelspec", {}))
            db.execute(
                notebooks.insert().values(id=notebook_id, name=assignment, assignment_id=its_id, kernelspec=kernel)
            )
            for table, kind, is_such in (
                (grade_cells, "GradeCell", is_grade),
                (tables.solution_cells, "SolutionCell", is_solution),
                (task_cells, "TaskCell", is_task),
            ):
                for cell in filter(is_such, cells):
                    cell_id = tables.new_id()
                    name, points = cell["metadata"]["nbgrader"]["grade_id"], {}
                    if table is not tables.solution_cells:
                        points = {
                            "max_score": float(cell["metadata"]["nbgrader"]["points"]),
                            "cell_type": cell["cell_type"],
                        }
                    db.execute(base_cell.insert().values(id=cell_id, name=name, notebook_id=notebook_id, type=kind))
                    db.execute(table.insert().values(id=cell_id, **points))
            db.execute(
                tables.source_cell.insert(),
                [
                    {
                        "name": cell["metadata"]["nbgrader"]["grade_id"],
                        "cell_type": cell["cell_type"],
                        "locked": is_locked(cell),
                        "source": cell["source"],
                        "checksum": cell["metadata"]["nbgrader"].get("checksum"),
                        "notebook_id": notebook_id,
                    }
                    for cell in cells
                    if is_grade(cell) or is_solution(cell) or is_locked(cell) or is_task(cell)
                ],
            )

    def set_due(self, assignment: str, due: datetime) -> None:
        """The due date, in UTC; who was late is worked out anew."""
        with self._engine.begin() as db:
            db.execute(assignments.update().where(assignments.c.name == assignment).values(duedate=due))
        self.work_out_lateness(assignment)

    def due(self, assignment: str) -> datetime | None:
        """The due date, in UTC, without any extension."""
        with self._engine.begin() as db:
            return the_assignment(db, assignment).duedate

    def extensions(self, assignment: str) -> dict[str, datetime]:
        """Who has more time, and until when, in UTC."""
        with self._engine.begin() as db:
            found = the_assignment(db, assignment)
            rows = db.execute(
                select(submitted_assignment.c.student_id, submitted_assignment.c.extension).where(
                    submitted_assignment.c.assignment_id == found.id, submitted_assignment.c.extension.isnot(None)
                )
            )
            return {student: found.duedate + extension for student, extension in rows} if found.duedate else {}

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
        with self._engine.begin() as db:
            entry = entry_of(db, student, assignment)
            entry.submission["extension"] = None if until is None else until - due
            save(db, entry)
        self.work_out_lateness(assignment)

    def work_out_lateness(self, assignment: str) -> None:
        """Apply the late policy to every submission as it stands now, scores given by hand included."""
        with self._engine.begin() as db:
            known = the_assignment(db, assignment)
            concerned = submitted_notebook.c.late_submission_penalty.isnot(None)
            if known.duedate:
                concerned |= submitted_assignment.c.timestamp > known.duedate
            late = db.scalars(
                select(submitted_assignment.c.student_id)
                .join(submitted_notebook, submitted_notebook.c.assignment_id == submitted_assignment.c.id)
                .where(submitted_assignment.c.assignment_id == known.id, concerned)
            ).all()
            for start in range(0, len(late), AT_ONCE):
                entries = entries_of(db, assignment, late[start : start + AT_ONCE]).values()
                for entry in entries:
                    self._set_late_penalty(entry)
                    save(db, entry)

    def points(self, assignment: str) -> dict[str, float]:
        """What each graded cell counts, in the order of the notebook."""
        with self._engine.begin() as db:
            return {cell.name: cell.max_score for cell in cells_of(db, assignment) if cell.type == "GradeCell"}

    def set_maximum(self, assignment: str, name: str, points: float) -> None:
        """Let a graded cell count ``points``, if it is there; scores stay as they are."""
        with self._engine.begin() as db:
            for cell in cells_named(db, assignment, name):
                db.execute(grade_cells.update().where(grade_cells.c.id == cell.id).values(max_score=points))

    def set_points(
        self, assignment: str, name: str, points: float, earned: Mapping[str, float], by_hand: Mapping[str, float]
    ) -> dict[str, float]:
        """Let a graded cell count ``points``, and every score of it keep its share.

        Returns the shares that were given by hand, by student. ``earned`` are the shares that the checks gave, and
        ``by_hand`` those that were given by hand before the cell came to count nothing.
        """
        shares = dict(by_hand)
        with self._engine.begin() as db:
            for cell in cells_named(db, assignment, name):
                db.execute(grade_cells.update().where(grade_cells.c.id == cell.id).values(max_score=points))
                rows = db.execute(
                    select(submitted_assignment.c.student_id, grades)
                    .select_from(grades)
                    .join(submitted_notebook, submitted_notebook.c.id == grades.c.notebook_id)
                    .join(submitted_assignment, submitted_assignment.c.id == submitted_notebook.c.assignment_id)
                    .where(grades.c.cell_id == cell.id)
                )
                for student, *row in rows.all():
                    grade = dict(zip(grades.c.keys(), row))
                    if grade["manual_score"] is not None and cell.max_score:
                        shares[student] = grade["manual_score"] / cell.max_score
                    if student in shares:
                        grade["manual_score"] = round(points * shares[student], 9)
                    if student in earned:
                        grade["auto_score"] = round(points * earned[student], 9)
                    if grade["auto_score"] is None and grade["manual_score"] is None:
                        grade["needs_manual_grade"] = points > 0
                    changed = updating(grades, "auto_score", "manual_score", "needs_manual_grade")
                    db.execute(changed, updated([grade]))
        return shares

    def submitters(self, assignment: str) -> set[str]:
        """The students of whom the gradebook holds a submission."""
        rows = select(submitted_assignment.c.student_id).join(assignments).where(assignments.c.name == assignment)
        with self._engine.begin() as db:
            return set(db.scalars(rows))

    def roster(self) -> Roster:
        """Everybody in the gradebook."""
        with self._engine.begin() as db:
            return Roster.of(db)

    def enrol(self, people: Iterable[Person]) -> dict[str, list[Person]]:
        """Enter people, all or none: who was "new", "changed", "unchanged"."""
        with self._engine.begin() as db:
            return enrol(db, people)

    def record(
        self, student: str, assignment: str, notebook: Mapping[str, Any], *, submitted: datetime | None, changed: bool
    ) -> None:
        """Write all grades of one submission, or none of them.

        ``notebook`` is the autograded one. Scores and comments given by hand stay; if the submission ``changed`` since
        then, or the automatic score that they stand in for, they are marked for another look, until somebody takes it.
        """
        with self._engine.begin() as db:
            cells = cells_of(db, assignment)
            most = {cell.name: cell.max_score for cell in cells if cell.is_graded}
            entry = entry_of(db, student, assignment, cells)
            entry.submission["timestamp"] = submitted
            for cell in notebook["cells"]:
                name = cell["metadata"].get("nbgrader", {}).get("grade_id")
                if is_grade(cell):
                    _set_score(entry.grades[name], most[name], automatic(cell, most[name]), changed)
                if is_solution(cell) and name in entry.comments:
                    entry.comments[name]["auto_comment"] = "No response." if is_untouched(cell) else None
            self._set_late_penalty(entry)
            save(db, entry)

    def standings(self, assignment: str, notebooks: Mapping[str, Mapping[str, Any]]) -> dict[str, Standing]:
        """The standing of every student in ``notebooks`` (student → autograded notebook), as the gradebook has it.

        ValueError if it has no submission of one of them.
        """
        with self._engine.begin() as db:
            cells = [cell for cell in cells_of(db, assignment) if cell.is_graded]
            entries = entries_of(db, assignment, list(notebooks), cells_of(db, assignment))
        if missing := notebooks.keys() - entries.keys():
            raise ValueError(f"the gradebook holds no submission of {assignment} by {', '.join(sorted(missing))}")
        return {
            student: _standing(student, assignment, entries[student], cells, notebook)
            for student, notebook in notebooks.items()
        }

    def _set_late_penalty(self, entry: Entry) -> None:
        """Note what the course's late policy takes off, between 0 and the score; None if nothing."""
        penalty, score = None, entry.score
        if entry.seconds_late > 0:
            student = entry.submission["student_id"]
            penalty = self._penalties.late_submission_penalty(student, score, entry.seconds_late)
        entry.part["late_submission_penalty"] = None if penalty is None else min(max(penalty, 0.0), score)

    @cached_property
    def _penalties(self) -> Any:
        """The course's late policy, which only nbgrader can make."""
        from nbgrader.preprocessors import AssignLatePenalties
        from traitlets.config import Config

        policy = AssignLatePenalties(config=self._config or Config())
        policy.init_plugin()
        return policy.plugin_inst


def _set_score(grade: dict[str, Any], most: float, automatic: float | None, changed: bool) -> None:
    if grade["manual_score"] is None:
        grade["needs_manual_grade"] = automatic is None and most > 0
    elif changed or automatic != grade["auto_score"]:
        grade["needs_manual_grade"] = True
    grade["auto_score"] = automatic


def _standing(
    student: str, assignment: str, entry: Entry, cells: Sequence[Cell], notebook: Mapping[str, Any]
) -> Standing:
    penalty = entry.part["late_submission_penalty"] or 0.0
    counting = [cell.name for cell in cells if cell.max_score]
    return Standing(
        student,
        assignment,
        score=max(0.0, entry.score - penalty),
        max_score=fsum(cell.max_score for cell in cells),
        late_penalty=penalty,
        seconds_late=entry.seconds_late,
        due=entry.until,
        extended=entry.submission["extension"] is not None,
        needs_hand_grading=any(entry.grades[name]["needs_manual_grade"] for name in counting if name in entry.grades),
        written=tuple(_written(entry, [cell for cell in cells if cell.max_score], notebook)),
    )


def _written(entry: Entry, cells: Iterable[Cell], notebook: Mapping[str, Any]) -> Iterator[WrittenAnswer]:
    texts = {
        cell["metadata"]["nbgrader"]["grade_id"]: cell["source"]
        for cell in notebook["cells"]
        if cell["cell_type"] == "markdown" and "nbgrader" in cell["metadata"]
    }
    for cell in cells:
        if cell.name in texts and cell.name in entry.grades:
            grade, said = entry.grades[cell.name], entry.comments.get(cell.name, {})
            score = None if grade["needs_manual_grade"] else score_of(grade)
            told = [text for text in (said.get("manual_comment"), said.get("auto_comment")) if text is not None]
            yield WrittenAnswer(cell.name, texts[cell.name], cell.max_score, score, told[0] if told else "")
