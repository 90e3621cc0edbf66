"""The tables that the recorder writes to are those of nbgrader, to the last column."""

import pytest
from nbgrader.api import Base
from sqlalchemy import Column, Integer, MetaData, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

from autograder.records.tables import TABLES


def definitions(tables: MetaData, dialect) -> dict[str, str]:
    """What makes each table in a database, by its name."""
    return {name: str(CreateTable(table).compile(dialect=dialect)) for name, table in tables.tables.items()}


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=lambda dialect: dialect.name)
def test_the_tables_are_nbgraders(dialect):
    assert definitions(TABLES, dialect) == definitions(Base.metadata, dialect)


def test_what_a_column_holds_if_nothing_is_said_is_nbgraders():
    for name, table in Base.metadata.tables.items():
        for column in table.columns:
            ours = TABLES.tables[name].columns[column.name].default
            assert (ours is None) == (column.default is None), (name, column.name)
            if ours is not None and ours.is_scalar:
                assert ours.arg == column.default.arg


def test_another_table_is_seen():
    other = MetaData()
    Table("course", other, Column("id", Integer))
    dialect = sqlite.dialect()
    assert definitions(other, dialect)["course"] != definitions(TABLES, dialect)["course"]
