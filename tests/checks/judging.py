"""Judge a student of `tests/submissions` in the sandbox, without nbgrader around it."""

from __future__ import annotations

import nbformat

from autograder.judging.judge import Job, judge
from autograder.judging.result import Result
from autograder.sandbox.limits import Limits

from ..submissions.make import ROOT, Submission, notebook


def judged(student: Submission, seed: int = 5, limits: Limits = Limits()) -> Result:
    """What the judge makes of the student's notebook."""
    name = student.problem_set
    released = (ROOT / "exercises" / name / f"{name}.ipynb").read_bytes()
    content = nbformat.writes(notebook(student)).encode()
    return judge(Job(student.student, name, released, seed, content, limits=limits)).result
