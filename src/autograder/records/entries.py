"""The rows that one submission has in the gradebook: read, made if they are new, and written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import fsum
from typing import Any

from sqlalchemy import Connection, Row, Table, Update, bindparam, select

from autograder.records import tables
from autograder.records.tables import (
    assignments,
    base_cell,
    comments,
    grade_cells,
    grades,
    notebooks,
    students,
    submitted_assignment,
    submitted_notebook,
    task_cells,
)

AT_ONCE = 100
"""Of so many students the grades are in memory at a time."""


@dataclass(frozen=True)
class Cell:
    """A cell of a problem set that is graded, or that students write, as the gradebook knows it."""

    id: str
    name: str
    type: str
    notebook: str
    max_score: float

    @property
    def is_graded(self) -> bool:
        return self.type in ("GradeCell", "TaskCell")

    @property
    def is_commented(self) -> bool:
        return self.type in ("SolutionCell", "TaskCell")


@dataclass
class Entry:
    """What the gradebook holds of one submission: rows of its tables, grades and comments by the name of the cell."""

    submission: dict[str, Any]
    part: dict[str, Any]
    due: datetime | None
    is_new: bool = False
    read: list[dict[str, Any]] = field(default_factory=list)
    """the rows as they were read"""
    grades: dict[str, dict[str, Any]] = field(default_factory=dict)
    comments: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def rows(self) -> dict[Table, list[dict[str, Any]]]:
        """By table, in the order in which they can be entered."""
        return {
            submitted_assignment: [self.submission],
            submitted_notebook: [self.part],
            grades: list(self.grades.values()),
            comments: list(self.comments.values()),
        }

    @property
    def score(self) -> float:
        return fsum(map(score_of, self.grades.values()))

    @property
    def until(self) -> datetime | None:
        """The due date of this student."""
        return self.due + (self.submission["extension"] or timedelta()) if self.due else None

    @property
    def seconds_late(self) -> float:
        time = self.submission["timestamp"]
        return max(0.0, (time - self.until).total_seconds()) if time and self.until else 0.0


def score_of(grade: Mapping[str, Any]) -> float:
    """What a grade counts: that by hand stands in for the automatic one."""
    given = grade["auto_score"] if grade["manual_score"] is None else grade["manual_score"]
    return 0.0 if given is None else given + (grade["extra_credit"] or 0.0)


_ASSIGNMENT = select(assignments.c.id, assignments.c.duedate).where(assignments.c.name == bindparam("assignment"))


def the_assignment(db: Connection, assignment: str) -> Row:
    """Its id and due date; ValueError if the gradebook has no such problem set."""
    found = db.execute(_ASSIGNMENT, {"assignment": assignment}).one_or_none()
    if found is None:
        raise ValueError(f"the gradebook holds no problem set {assignment}")
    return found


_OF_A_NOTEBOOK = (
    select(
        base_cell.c.id,
        base_cell.c.name,
        base_cell.c.type,
        base_cell.c.notebook_id,
        grade_cells.c.max_score,
        task_cells.c.max_score,
    )
    .select_from(base_cell)
    .join(notebooks, notebooks.c.id == base_cell.c.notebook_id)
    .join(assignments, assignments.c.id == notebooks.c.assignment_id)
    .outerjoin(grade_cells, grade_cells.c.id == base_cell.c.id)
    .outerjoin(task_cells, task_cells.c.id == base_cell.c.id)
    .where(assignments.c.name == bindparam("assignment"), notebooks.c.name == bindparam("assignment"))
)


def cells_of(db: Connection, assignment: str) -> list[Cell]:
    """The cells of the notebook that is called as its problem set, in the order in which they were entered."""
    rows = db.execute(_OF_A_NOTEBOOK, {"assignment": assignment})
    return [Cell(*row[:4], max_score=next((points for points in row[4:] if points is not None), 0.0)) for row in rows]


def cells_named(db: Connection, assignment: str, name: str) -> list[Cell]:
    return [cell for cell in cells_of(db, assignment) if cell.name == name and cell.type == "GradeCell"]


_SUBMITTED = (
    select(submitted_assignment, submitted_notebook)
    .join(submitted_notebook, submitted_notebook.c.assignment_id == submitted_assignment.c.id)
    .where(
        submitted_assignment.c.assignment_id == bindparam("assignment"),
        submitted_assignment.c.student_id.in_(bindparam("students", expanding=True)),
        submitted_notebook.c.notebook_id == bindparam("notebook"),
    )
)
_GRADES, _COMMENTS = (
    select(table).where(
        table.c.cell_id.in_(bindparam("cells", expanding=True)),
        table.c.notebook_id.in_(bindparam("parts", expanding=True)),
    )
    for table in (grades, comments)
)


def entries_of(db: Connection, assignment: str, wanted: Sequence[str], cells: Sequence[Cell] = ()) -> dict[str, Entry]:
    """What there is of these students' submissions, by student."""
    known, cells = the_assignment(db, assignment), cells or cells_of(db, assignment)
    if not cells or not wanted:
        return {}
    asked = {"assignment": known.id, "students": list(wanted), "notebook": cells[0].notebook}
    width = len(submitted_assignment.c)
    found = {}
    for row in db.execute(_SUBMITTED, asked):
        submission = dict(zip(submitted_assignment.c.keys(), row[:width]))
        part = dict(zip(submitted_notebook.c.keys(), row[width:]))
        found[part["id"]] = Entry(submission, part, known.duedate)
    names = {cell.id: cell.name for cell in cells}
    for statement, wanted_cells, place in (
        (_GRADES, [cell.id for cell in cells if cell.is_graded], "grades"),
        (_COMMENTS, [cell.id for cell in cells if cell.is_commented], "comments"),
    ):
        asked = {"cells": wanted_cells, "parts": list(found)}
        for line in db.execute(statement, asked).mappings() if wanted_cells and found else ():
            getattr(found[line["notebook_id"]], place)[names[line["cell_id"]]] = dict(line)
    for entry in found.values():
        entry.read = [dict(row) for rows in entry.rows.values() for row in rows]
    return {entry.submission["student_id"]: entry for entry in found.values()}


_STUDENT = select(students.c.id).where(students.c.id == bindparam("student"))
_ENTERED = {table: table.insert() for table in (students, submitted_assignment, submitted_notebook, grades, comments)}


def entry_of(db: Connection, student: str, assignment: str, cells: Sequence[Cell] = ()) -> Entry:
    """What there is of one submission; of a new one the rows as they are to be, the student's already entered."""
    cells = cells or cells_of(db, assignment)
    if known := entries_of(db, assignment, [student], cells):
        return known[student]
    if db.scalar(_STUDENT, {"student": student}) is None:
        db.execute(_ENTERED[students], {"id": student})
    its, part_id = the_assignment(db, assignment), tables.new_id()
    submission = {"id": tables.new_id(), "assignment_id": its.id, "student_id": student}
    part = {"id": part_id, "assignment_id": submission["id"], "notebook_id": cells[0].notebook, "flagged": False}
    entry = Entry(
        {**submission, "timestamp": None, "extension": None},
        {**part, "late_submission_penalty": None},
        its.duedate,
        is_new=True,
    )
    for cell in cells:
        row = {"id": tables.new_id(), "notebook_id": part_id, "cell_id": cell.id}
        if cell.is_graded:
            scores = {"auto_score": None, "manual_score": None, "extra_credit": None, "needs_manual_grade": True}
            entry.grades[cell.name] = row | scores
        if cell.is_commented:
            entry.comments[cell.name] = row | {"id": tables.new_id(), "auto_comment": None, "manual_comment": None}
    return entry


def updating(table: Table, *columns: str) -> Update:
    """The statement that writes these columns of rows that are there."""
    values: dict[str, Any] = {column: bindparam(f"new_{column}") for column in columns}
    return table.update().where(table.c.id == bindparam("its_id")).values(values)


def updated(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What `updating` takes for each of these rows."""
    return [{"its_id": row["id"]} | {f"new_{name}": value for name, value in row.items()} for row in rows]


_UPDATED = {
    submitted_assignment: updating(submitted_assignment, "timestamp", "extension"),
    submitted_notebook: updating(submitted_notebook, "late_submission_penalty"),
    grades: updating(grades, "auto_score", "needs_manual_grade"),
    comments: updating(comments, "auto_comment"),
}


def save(db: Connection, entry: Entry) -> None:
    """Write the rows of a submission that are new or changed, one statement a table."""
    for table, rows in entry.rows.items():
        changed = [row for row in rows if row not in entry.read]
        if changed:
            db.execute(*((_ENTERED[table], changed) if entry.is_new else (_UPDATED[table], updated(changed))))
