"""A class of any size whose submissions all differ in code: the class of `tests/submissions`, and it again with edits.

    python -m tests.submissions.varied DESTINATION SIZE

The first submissions are those of the class, as they are. Each later one is one of them again, with one small edit (see
`edits`) of a cell that defines a graded function; with more of them where one has been made before. The same size
always gives the same class, and a smaller one is the beginning of a larger one.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat
import numpy as np
from nbformat import NotebookNode

from .edits import applied, some_edits
from .make import PROBLEM_SET, Submission, notebook, read_class

STOPS_STOCK = {
    "boris_loops_for_ever",
    "cora_endless_cell",
    "gus_prints_200_megabytes",
    "hedda_leaves_the_process",
    "petra_deleted_the_tests",
}
"""Whom a course without limits does not get past in reasonable time, or gives no score."""


def ordinary(problem_set: str = PROBLEM_SET) -> list[Submission]:
    """Those of the class that can be read and that every course gets past."""
    return [
        each
        for each in read_class(problem_set=problem_set)
        if not each.unreadable and each.student not in STOPS_STOCK and each.header["file"] == f"{problem_set}.ipynb"
    ]


def varied(students: Sequence[Submission], size: int) -> Iterator[tuple[str, Submission, NotebookNode]]:
    """(name, whose it is at bottom, notebook) of each submission, no two of which hold the same code."""
    seen: set[str] = set()
    for number in range(size):
        student = students[number % len(students)]
        for attempt in range(1000):
            book = notebook(student)
            if number >= len(students):
                rng = np.random.default_rng((number, attempt))
                for _ in range(1 + attempt // 20):
                    _edit(book, rng)
            code = "\n".join(cell.source for cell in book.cells)
            if code not in seen:
                break
        else:
            raise ValueError(f"there are not {size} different submissions to make of {len(students)}")
        seen.add(code)
        yield f"{number:05}_{student.student}", student, book


def may_return_unwritten_memory(content: bytes) -> bool:
    """Whether a submission makes arrays without values: after an edit its answers may hold other numbers each time."""
    return b"np.empty" in content


def _edit(book: NotebookNode, rng: np.random.Generator) -> None:
    """One edit in one of the cells that students write."""
    cells = [cell for cell in book.cells if cell.cell_type == "code" and _is_solution(cell)]
    for k in rng.permutation(len(cells)):
        try:
            [edit] = some_edits(cells[k].source, rng, 1)
        except (SyntaxError, ValueError):  # no Python, or nothing in it to edit
            continue
        cells[k].source = applied(cells[k].source, edit)
        return


def _is_solution(cell: NotebookNode) -> bool:
    return cell.metadata.get("nbgrader", {}).get("solution", False)


def write_varied(destination: Path, students: Sequence[Submission], size: int) -> list[str]:
    """Write ``destination/<name>/<problem set>/`` for each; returns the names."""
    names = []
    for name, student, book in varied(students, size):
        folder = Path(destination) / name / student.problem_set
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "timestamp.txt").write_text(student.header["handed in"] + "\n")
        nbformat.write(book, folder / f"{student.problem_set}.ipynb")
        names.append(name)
    return names


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write a class whose submissions all differ.")
    parser.add_argument("destination", type=Path)
    parser.add_argument("size", type=int)
    arguments = parser.parse_args()
    print(f"{len(write_varied(arguments.destination, ordinary(), arguments.size))} in {arguments.destination}")
