"""Judge one submission: a pure function of the problem set, the submitted bytes and the seed."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from typing import Any

import checks
import numpy as np
from checks.check import Check, Failed, Outcome, Problem

from autograder import submission
from autograder.probe import Probe
from autograder.result import CheckResult, ProblemResult, Result
from autograder.sandbox import Limits
from autograder.submission import Submission, Unreadable


@dataclass(frozen=True)
class Job:
    """All that judging one submission takes. ``content`` are the submitted bytes, or ``unreadable`` says why there are none."""

    student: str
    assignment: str
    released: bytes
    seed: int
    content: bytes = b""
    unreadable: str = ""
    limits: Limits = Limits()
    unsafe: bool = False


@dataclass(frozen=True)
class Judged:
    """The result, and the sanitised notebook that it is about."""

    result: Result
    submission: Submission


def judge(job: Job) -> Judged:
    """Run all hidden checks; what cannot be read or run scores zero, with the reason."""
    released = submission.load_notebook(job.released)
    try:
        if job.unreadable:
            raise Unreadable(job.unreadable)
        submitted = submission.parse(job.content, released)
    except Unreadable as unreadable:
        return Judged(_unreadable(job, str(unreadable)), submission.blank(released))
    started = time.monotonic()
    with Probe(submitted.code_cells(), job.limits, unsafe=job.unsafe) as probe:
        problems = tuple(_problem(problem, probe, job, submitted, released) for problem in checks.load(job.assignment).problems)
    seconds = time.monotonic() - started
    return Judged(Result(job.student, job.assignment, problems, notices=submitted.notices, seconds=seconds), submitted)


def _problem(problem: Problem, probe: Probe, job: Job, submitted: Submission, released: dict[str, Any]) -> ProblemResult:
    graded = ProblemResult(problem.name, tuple(_run(check, probe, job, problem.name) for check in problem.checks))
    untouched = submitted.source(problem.name) == submission.blank(released).source(problem.name)
    if graded.score == 0 and untouched:
        return _without_points(problem, Outcome.MISSING, "the cell is as it was handed out.")
    return graded


def _without_points(problem: Problem, outcome: Outcome, message: str) -> ProblemResult:
    return ProblemResult(problem.name, tuple(CheckResult(c.name, c.points, outcome, message) for c in problem.checks))


def _run(check: Check, probe: Probe, job: Job, problem: str) -> CheckResult:
    try:
        with np.errstate(all="ignore"):
            check.run(probe, _generator(job, problem, check.name))
    except Failed as failed:
        return CheckResult(check.name, check.points, failed.outcome, str(failed), failed.slips)
    except Exception as error:  # a fault of the check, which must cost nobody else anything
        fault = f"the grader could not judge this ({type(error).__name__}: {submission.printable(str(error))}). Tell your instructor."
        return CheckResult(check.name, check.points, Outcome.STOPPED, fault)
    return CheckResult(check.name, check.points)


def _generator(job: Job, problem: str, check: str) -> np.random.Generator:
    """Fresh inputs for this submission and this check, the same at every run with this seed.

    A student who hands in again meets other inputs, so that nothing is gained by carrying the last ones out in a message.
    """
    key = json.dumps([job.seed, job.student, job.assignment, hashlib.sha256(job.content).hexdigest(), problem, check])
    return np.random.default_rng(int.from_bytes(hashlib.sha256(key.encode()).digest()))


def _unreadable(job: Job, reason: str) -> Result:
    problems = tuple(
        _without_points(problem, Outcome.UNREADABLE, "the submission could not be read.")
        for problem in checks.load(job.assignment).problems
    )
    return Result(job.student, job.assignment, problems, unreadable=reason)
