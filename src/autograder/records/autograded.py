"""The autograded notebook: the sanitised submission with the verdict of the hidden checks under each visible check.

nbgrader reads the scores from these outputs, and formgrader shows them, so that nothing in here is more than plain
text.
"""

from __future__ import annotations

import copy
from typing import Any

from autograder.judging.judge import Judged
from autograder.judging.result import ProblemResult
from autograder.judging.submission import grade_id_of, inert_markdown, is_visible_check


def autograded_notebook(judged: Judged) -> dict[str, Any]:
    """The notebook to keep: every graded cell carries a score, as the float that nbgrader looks for."""
    notebook = copy.deepcopy(judged.submission.notebook)
    problems = {problem.problem: problem for problem in judged.result.problems}
    for cell in notebook["cells"]:
        if is_visible_check(cell):
            cell["outputs"] = _outputs(problems[grade_id_of(cell).removeprefix("test_")])
            cell["execution_count"] = 1
        elif cell["cell_type"] == "code":
            cell["outputs"] = []
            cell["execution_count"] = None
    remarks = [judged.result.unreadable, *judged.result.notices]
    if any(remarks):
        text = "\n".join(f"- {inert_markdown(remark)}" for remark in remarks if remark)
        notebook["cells"].insert(
            0, {"cell_type": "markdown", "id": "remarks", "metadata": {}, "source": f"Remarks of the grader\n\n{text}"}
        )
    return notebook


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
