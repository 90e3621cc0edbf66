"""The autograded notebook: the sanitised submission with the verdict of the hidden checks under each visible check.

nbgrader reads the scores from these outputs, and formgrader shows them, so that nothing in here is more than plain
text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.judging.judge import Judged
from autograder.judging.result import ProblemResult
from autograder.judging.submission import grade_id_of, inert_markdown, is_visible_check


def autograded_notebook(judged: Judged) -> dict[str, Any]:
    """The notebook to keep: every graded cell carries a score, as the float that nbgrader looks for."""
    problems = {problem.problem: problem for problem in judged.result.problems}
    cells = [_judged(cell, problems) for cell in judged.submission.notebook["cells"]]
    remarks = [judged.result.unreadable, *judged.result.notices]
    if any(remarks):
        text = "\n".join(f"- {inert_markdown(remark)}" for remark in remarks if remark)
        remark = {
            "cell_type": "markdown",
            "id": "remarks",
            "metadata": {},
            "source": f"Remarks of the grader\n\n{text}",
        }
        cells.insert(0, remark)
    return {**judged.submission.notebook, "cells": cells}


def _judged(cell: dict[str, Any], problems: Mapping[str, ProblemResult]) -> dict[str, Any]:
    """The cell as it is to be kept; the submission's own stays as it is."""
    if is_visible_check(cell):
        shown = _outputs(problems[grade_id_of(cell).removeprefix("test_")])
        return {**cell, "outputs": shown, "execution_count": 1}
    return {**cell, "outputs": [], "execution_count": None} if cell["cell_type"] == "code" else cell


def _outputs(problem: ProblemResult) -> list[dict[str, Any]]:
    lines = [
        f"{'✓' if check.passed else '✗'} {check.name} ({check.points:g})  {problem.in_words(check)}".rstrip()
        for check in problem.checks
    ]
    return [
        {"output_type": "stream", "name": "stdout", "text": "\n".join(lines) + "\n"},
        {
            "output_type": "execute_result",
            "execution_count": 1,
            "metadata": {},
            "data": {"text/plain": str(problem.score)},
        },
    ]
