"""The tables of nbgrader's gradebook, as nbgrader itself makes them.

To import nbgrader's own takes longer than to grade ten submissions: a web server comes with them. A test holds these
against nbgrader's, column by column, and the revision against that of its migrations.
"""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Enum,
    Float,
    ForeignKey,
    Interval,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine

REVISION = "e43177bfe90b"
"""The newest revision of nbgrader's tables, with which a new gradebook is stamped."""
COURSE = "default_course"
"""The course that every gradebook of nbgrader's has."""
TABLES = MetaData()


def new_id() -> str:
    return uuid4().hex


def _id(*more: ForeignKey) -> Column:
    return Column("id", String(32), *more, primary_key=True, default=None if more else new_id)


def _one_of(table: str, length: int = 32) -> tuple[TypeEngine, ForeignKey]:
    """The type of a column that names a row of ``table``, and the rule that there is one."""
    return String(length), ForeignKey(f"{table}.id")


def _kind(name: str) -> Column:
    return Column("cell_type", Enum("code", "markdown", name=name, validate_strings=True), nullable=False)


def _of_a_cell(name: str, *columns: Column) -> Table:
    """What there is for each cell of a submitted notebook."""
    return Table(
        name,
        TABLES,
        _id(),
        Column("notebook_id", *_one_of("submitted_notebook")),
        Column("cell_id", *_one_of("base_cell")),
        *columns,
        UniqueConstraint("cell_id", "notebook_id"),
    )


courses = Table("course", TABLES, Column("id", String(128), unique=True, primary_key=True))
students = Table(
    "student",
    TABLES,
    Column("id", String(128), primary_key=True),
    Column("first_name", String(128)),
    Column("last_name", String(128)),
    Column("email", String(128)),
    Column("lms_user_id", String(128)),
)
assignments = Table(
    "assignment",
    TABLES,
    _id(),
    Column("name", String(128), unique=True, nullable=False),
    Column("duedate", DateTime()),
    Column("course_id", *_one_of("course", 128), nullable=False),
)
notebooks = Table(
    "notebook",
    TABLES,
    _id(),
    Column("name", String(128), nullable=False),
    Column("assignment_id", *_one_of("assignment")),
    Column("kernelspec", String(1024)),
    UniqueConstraint("name", "assignment_id"),
)
base_cell = Table(
    "base_cell",
    TABLES,
    _id(),
    Column("name", String(128), nullable=False),
    Column("notebook_id", *_one_of("notebook"), nullable=False),
    Column("type", String(50)),
    UniqueConstraint("name", "notebook_id", "type"),
)
grade_cells = Table(
    "grade_cells",
    TABLES,
    _id(ForeignKey("base_cell.id")),
    Column("max_score", Float(), nullable=False),
    _kind("grade_cell_type"),
)
solution_cells = Table("solution_cells", TABLES, _id(ForeignKey("base_cell.id")))
task_cells = Table(
    "task_cells",
    TABLES,
    _id(ForeignKey("base_cell.id")),
    Column("max_score", Float(), nullable=False),
    _kind("grade_cell_type"),
)
source_cell = Table(
    "source_cell",
    TABLES,
    _id(),
    Column("name", String(128), nullable=False),
    _kind("source_cell_type"),
    Column("locked", Boolean, default=False, nullable=False),
    Column("source", Text()),
    Column("checksum", String(128)),
    Column("notebook_id", *_one_of("notebook")),
    UniqueConstraint("name", "notebook_id"),
)
submitted_assignment = Table(
    "submitted_assignment",
    TABLES,
    _id(),
    Column("assignment_id", *_one_of("assignment")),
    Column("student_id", *_one_of("student", 128)),
    Column("timestamp", DateTime()),
    Column("extension", Interval()),
    UniqueConstraint("assignment_id", "student_id"),
)
submitted_notebook = Table(
    "submitted_notebook",
    TABLES,
    _id(),
    Column("assignment_id", *_one_of("submitted_assignment")),
    Column("notebook_id", *_one_of("notebook")),
    Column("flagged", Boolean, default=False),
    Column("late_submission_penalty", Float(0)),
    UniqueConstraint("notebook_id", "assignment_id"),
)
grades = _of_a_cell(
    "grade",
    Column("auto_score", Float()),
    Column("manual_score", Float()),
    Column("extra_credit", Float()),
    Column("needs_manual_grade", Boolean, default=True, nullable=False),
)
comments = _of_a_cell("comment", Column("auto_comment", Text()), Column("manual_comment", Text()))
