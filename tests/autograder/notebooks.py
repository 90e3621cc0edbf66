"""Notebooks and jobs for the tests of the grading machine."""

import json
from pathlib import Path

from autograder.judging import submission
from autograder.judging.judge import Job, Judged, judge
from autograder.sandbox.limits import Limits

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "ps2_missing_sum"
RELEASED = (ROOT / "exercises" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes()


def released() -> dict:
    return submission.load_notebook(RELEASED)


def notebook_bytes(sources: dict[str, str]) -> bytes:
    """The released notebook with these sources in the cells of these grade_ids."""
    notebook = json.loads(RELEASED)
    for cell in notebook["cells"]:
        name = submission.grade_id_of(cell)
        cell["source"] = sources.get(name, cell["source"])
    return json.dumps(notebook).encode()


def judged(sources: dict[str, str], *, seed: int = 1, student: str = "ada", limits: Limits = Limits()) -> Judged:
    """A submission with these sources, judged."""
    return judge(Job(student, ASSIGNMENT, RELEASED, seed, notebook_bytes(sources), limits=limits))
