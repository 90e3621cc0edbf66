"""Our tables in the database of the gradebook, beside nbgrader's, so that one transaction holds for both."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Integer, MetaData, String, Table, Text

TABLES = MetaData()
rubric = Table(
    "autograder_rubric",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("assignment", String(128), nullable=False),
    Column("question", String(128), nullable=False),
    Column("text", Text, nullable=False),
    Column("points", Float, nullable=False),
    Column("most", Float, nullable=False),  # what the question counted when the points were set
    Column("removed", Boolean, nullable=False, default=False),
)
marks = Table(
    "autograder_mark",
    TABLES,
    Column("assignment", String(128), primary_key=True),
    Column("question", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("items", Text, nullable=False),  # the ids of rubric items, as JSON
    Column("comment", Text, nullable=False),  # the grader's own
    Column("score", Float),  # what was written into the gradebook last,
    Column("most", Float, nullable=False),  # when the question counted this,
    Column("said", Text),  # and with it this comment
)
steps = Table(
    "autograder_step",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("assignment", String(128), nullable=False),
    Column("grader", String(128), nullable=False),
    Column("back", Text, nullable=False),  # what undoes it, as JSON
    Column("undone", Boolean, nullable=False, default=False),
)
