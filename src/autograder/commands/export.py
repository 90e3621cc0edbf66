"""``autograder export``: the grades on their way out."""

from __future__ import annotations

import sys
from argparse import Namespace
from pkgutil import resolve_name

from autograder.commands.session import Session
from autograder.platforms import REGISTERED
from autograder.platforms.tables import filled
from autograder.records.atomic import write
from autograder.records.grades import Grades, as_csv, remarks
from autograder.records.table import encoding_of, mark_of, written
from autograder.text import counted, printable, title


def export(options: Namespace) -> int:
    """Write the grades for a spreadsheet or for a platform, or fill in a platform's own table."""
    with Session.open(options) as session:
        session.load()
        session.recorder.work_out_lateness(session.assignment)
        missing = 0.0 if options.missing_as_zero else None
        grades = Grades(session.assignment, session.counted, session.standings(), session.people, missing)
    text, said = _table(grades, options)
    if options.to:
        write(options.to, text, encoding=encoding_of(options.template) if options.template else "utf-8")
        print(f"grades of {counted(len(grades.results), 'submission')}: {options.to}")
    else:
        sys.stdout.write(text)
    for remark in (*remarks(grades), *said):
        print(f"autograder export: {printable(remark)}", file=sys.stderr)
    return 0


def _table(grades: Grades, options: Namespace) -> tuple[str, list[str]]:
    """The table as text, and what to know about it."""
    if options.template:
        table, said = filled(grades, options.template, options.column or "")
        return mark_of(options.template) + table, said
    if options.format == "csv":
        return as_csv(grades), []
    platform = resolve_name(REGISTERED[options.format].place)()
    return written(platform.import_table(grades, options.column or title(grades.assignment))), []
