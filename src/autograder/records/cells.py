"""The cells of a notebook as nbgrader sees them: what is graded, what students write, what the checks gave."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any


def _marked(cell: Mapping[str, Any], key: str) -> bool:
    return bool(cell["metadata"].get("nbgrader", {}).get(key, False))


def is_grade(cell: Mapping[str, Any]) -> bool:
    return _marked(cell, "grade")


def is_solution(cell: Mapping[str, Any]) -> bool:
    return _marked(cell, "solution")


def is_task(cell: Mapping[str, Any]) -> bool:
    return _marked(cell, "task")


def is_locked(cell: Mapping[str, Any]) -> bool:
    return not is_solution(cell) and (is_grade(cell) or _marked(cell, "locked"))


def is_untouched(cell: Mapping[str, Any]) -> bool:
    """Whether a cell is as it was handed out, by the checksum that nbgrader wrote into it."""
    about = cell["metadata"]["nbgrader"]
    parts = [
        cell["source"],
        cell["cell_type"],
        is_grade(cell),
        is_solution(cell),
        is_locked(cell),
        about["grade_id"],
    ]
    parts += [float(about["points"])] if is_grade(cell) else []
    return about.get("checksum") == hashlib.md5("".join(map(str, parts)).encode()).hexdigest()


def automatic(cell: Mapping[str, Any], points: float) -> float | None:
    """What the checks gave, of the ``points`` that the cell counts; None where a human is to grade.

    ValueError if they gave what cannot be.
    """
    about = cell["metadata"]["nbgrader"]
    released = float(about["points"])
    outputs = [out["data"]["text/plain"] for out in cell.get("outputs", ()) if out["output_type"] == "execute_result"]
    given = [float("".join(text)) for text in outputs]  # nbgrader writes a list of lines
    if any(not 0 <= score <= released for score in given):
        raise ValueError(
            f"{about['grade_id']} counts {released:g} points, and its hidden checks give {given[0]:g}: "
            "the points of its checks in solutions/checks must be 0 or more and add up to those of its cell. "
            "What a question counts is changed by 'autograder points'"
        )
    if is_solution(cell) or cell["cell_type"] != "code":
        return 0.0 if is_solution(cell) and is_untouched(cell) else None
    score = given[0] if given else released
    if points == released:
        return score
    return round(points * score / released, 9) if released else 0.0
