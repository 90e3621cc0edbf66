"""Whether the text of a problem set and its hidden checks ask for the same, which is known before anybody hands in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nbformat import NotebookNode

from autograder.checking.protocol import Assignment
from autograder.records.cells import is_grade, is_locked, is_solution


def require_agreement(assignment: Assignment, text: NotebookNode, file: str) -> None:
    """ValueError, with all that differs, unless each function has its two cells, and they carry its points.

    ``text`` is the notebook with answers, and ``file`` what its source is called.
    """
    if found := list(_differences(assignment, text)):
        told = "\n  ".join(found)
        raise ValueError(f"{file} and the hidden checks do not ask for the same:\n  {told}")


def _differences(assignment: Assignment, text: NotebookNode) -> Iterator[str]:
    cells = {cell.metadata.nbgrader["grade_id"]: cell for cell in text.cells if "nbgrader" in cell.metadata}
    for problem in assignment.problems:
        cell, test = cells.get(problem.name), cells.get(f"test_{problem.name}")
        if cell is None or not is_solution(cell):
            yield f"there is no cell for the student's {problem.name}: grade_id: {problem.name}, solution: true"
        if test is None or not (_is_test(test) and is_locked(test)):
            yield (
                f"there is no cell for the points of {problem.name}: grade_id: test_{problem.name}, grade: true, "
                f"locked: true, points: {problem.max_score:g}"
            )
        elif (points := _points(test)) != problem.max_score:
            yield (
                f"test_{problem.name} says points: {points}, and the checks of {problem.name} give "
                f"{problem.max_score:g} together: {', '.join(f'{c.points:g} ({c.name})' for c in problem.checks)}"
            )
    asked = {f"test_{problem.name}" for problem in assignment.problems}
    for name, cell in cells.items():
        if _is_test(cell) and name not in asked:
            yield f"{name} carries points, and there is no problem {name.removeprefix('test_')} among the hidden checks"


def _is_test(cell: Mapping[str, Any]) -> bool:
    return is_grade(cell) and not is_solution(cell) and cell["cell_type"] == "code"


def _points(cell: Mapping[str, Any]) -> Any:
    return cell["metadata"]["nbgrader"].get("points", "nothing")
