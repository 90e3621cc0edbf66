"""The folder of a running term, unpacked, and what stands in it; for tests, which must go by files and tables alone."""

from __future__ import annotations

import shutil
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

ARCHIVE = Path(__file__).with_name("term.tar.xz")
PS = "ps2_missing_sum"
WITHDRAWN = "wim"
GRADES = """
SELECT assignment.name, student_id, base_cell.name, auto_score, manual_score, extra_credit, needs_manual_grade
FROM grade
JOIN base_cell ON base_cell.id = grade.cell_id
JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
JOIN assignment ON assignment.id = submitted_assignment.assignment_id
"""


def open_term(folder: Path, *, withdrawn: bool = False) -> Path:
    """Unpack the archive and build its gradebook again.

    The files of the ``withdrawn`` student, whom the gradebook does not know, are left out unless they are asked for.
    """
    with tarfile.open(ARCHIVE) as packed:
        packed.extractall(folder, filter="data")
    text = folder / "gradebook.sql"
    with closing(sqlite3.connect(folder / "gradebook.db")) as gradebook:
        gradebook.executescript(text.read_text())
    text.unlink()
    if not withdrawn:
        for path in [*folder.rglob(WITHDRAWN), *folder.rglob(f"{WITHDRAWN}.json")]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return folder


def files(out: Path) -> dict[str, bytes]:
    """Every file but the gradebook, by its path."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and path.name not in ("gradebook.db", ".lock")
    }


def rows(out: Path) -> list[str]:
    """Every row of the gradebook, as SQL text."""
    with closing(sqlite3.connect(out / "gradebook.db")) as gradebook:
        return list(gradebook.iterdump())


def grades(out: Path) -> dict[tuple[str, str, str], tuple]:
    """(Problem set, student, cell) → automatic score, score by hand, extra credit, whether it needs another look."""
    with closing(sqlite3.connect(out / "gradebook.db")) as gradebook:
        return {tuple(row[:3]): tuple(row[3:]) for row in gradebook.execute(GRADES)}


def scores(out: Path, assignment: str) -> dict[str, float]:
    """Student → the sum of the scores; a score by hand stands in for the automatic one."""
    total: dict[str, float] = {}
    for (name, student, _), (automatic, by_hand, extra, _) in grades(out).items():
        if name == assignment:
            score = (automatic if by_hand is None else by_hand) or 0.0
            total[student] = total.get(student, 0.0) + score + (extra or 0.0)
    return total
