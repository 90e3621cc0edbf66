"""Judge one submission: a pure function of the problem set, the submitted bytes and the seed."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from autograder.checking.loading import Hidden
from autograder.checking.protocol import Check, Failed, Outcome, Problem, explained_beside
from autograder.judging import submission
from autograder.judging.fingerprint import digest
from autograder.judging.probe import Probe
from autograder.judging.result import CheckResult, ProblemResult, Result
from autograder.judging.submission import Submission, Unreadable
from autograder.sandbox.limits import Limits
from autograder.sandbox.servers import allow
from autograder.text import printable
from missingsum.explain.finding import Finding

MOST_MEMORY = 1024**3
"""Bytes that judging one submission may take here, outside the sandbox."""
TOO_MUCH = (
    "not judged, because what this submission returns takes more of the grader's memory than it may. "
    "Return arrays of the shape that is asked for, and nothing else."
)


@contextmanager
def limited_memory() -> Iterator[None]:
    """What runs inside gets MemoryError when it wants `MOST_MEMORY` beyond what this process has.

    That is where the system can: Linux.
    """
    try:
        import resource
    except ImportError:
        resource = None  # type: ignore[assignment]
    if resource is None or not Path("/proc/self/statm").exists():
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_AS)
    in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    bounds = [in_use + MOST_MEMORY, *(bound for bound in before if bound != resource.RLIM_INFINITY)]
    resource.setrlimit(resource.RLIMIT_AS, (min(bounds), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


@dataclass(frozen=True)
class Job:
    """All that judging one submission takes.

    ``content`` are the submitted bytes, or ``unreadable`` says why there are none. The ``fingerprints``, by function,
    go into the result (see `fingerprint`). The functions that an ``earlier`` result holds are not judged again.
    ``isolation`` names one of `kinds`; without it, the first that works is used. All give the same scores, so that it
    is none of the ``settings``. An ``early`` verdict, before the deadline, comes from other inputs than the grade.
    """

    student: str
    assignment: str
    released: bytes
    seed: int
    content: bytes = b""
    unreadable: str = ""
    limits: Limits = Limits()
    unsafe: bool = False
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    earlier: Result | None = None
    isolation: str = ""
    early: bool = False
    hidden: Hidden = Hidden()

    @property
    def functions(self) -> list[str]:
        """The graded functions that are to be judged."""
        known = {problem.problem for problem in self.earlier.problems} if self.earlier else set()
        return [name for name in self.fingerprints if name not in known]

    @cached_property
    def content_digest(self) -> str:
        """SHA-256 of the submitted bytes."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def handed_in(self) -> str:
        """A digest of what was handed in."""
        return digest(self.content, self.unreadable)

    @property
    def settings(self) -> str:
        """A digest of what the result follows from besides the submission and the code that judges it."""
        return digest(self.released, self.seed, asdict(self.limits), self.unsafe)


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
        return _ungraded(job, Outcome.UNREADABLE, "the submission could not be read.", str(unreadable))
    known = {problem.problem: problem for problem in job.earlier.problems} if job.earlier else {}
    started = time.monotonic()
    asked = job.hidden.load(job.assignment).problems
    allow(job.hidden.libraries)
    isolation = ""
    try:
        with limited_memory(), _probe(job, submitted) as probe:
            isolation = probe.isolation
            problems = tuple(
                known.get(problem.name) or _problem(problem, probe, job, submitted, released) for problem in asked
            )
    except MemoryError:
        problems = tuple(_without_points(problem, job, Outcome.STOPPED, TOO_MUCH) for problem in asked)
    seconds = time.monotonic() - started + (job.earlier.seconds if job.earlier else 0.0)
    found = {"notices": submitted.notices, "seconds": seconds, "version": submitted.version, "isolation": isolation}
    return _judged(job, submitted, problems, **found)


def _probe(job: Job, submitted: Submission) -> Probe:
    return Probe(submitted.code_cells(), job.limits, unsafe=job.unsafe, isolation=job.isolation)


def given_up(job: Job, reason: str) -> Judged:
    """No points, and no final grade: the grader itself failed at this submission, for this ``reason``."""
    return _ungraded(job, Outcome.FAULT, "the grader failed.", reason)


def _ungraded(job: Job, outcome: Outcome, message: str, reason: str) -> Judged:
    blank = submission.blank(submission.load_notebook(job.released))
    problems = job.hidden.load(job.assignment).problems
    without_points = tuple(_without_points(problem, job, outcome, message) for problem in problems)
    return _judged(job, blank, without_points, unreadable=reason)


def _judged(job: Job, submitted: Submission, problems: tuple[ProblemResult, ...], **found: Any) -> Judged:
    settings = job.earlier.settings if job.earlier and job.earlier.problems else job.settings
    result = Result(
        job.student,
        job.assignment,
        problems,
        answers=digest(submitted.answers),
        handed_in=job.handed_in,
        settings=settings,
        **found,
    )
    return Judged(result, submitted)


def _problem(
    problem: Problem, probe: Probe, job: Job, submitted: Submission, released: dict[str, Any]
) -> ProblemResult:
    ran = [_run(check, probe, job, problem.name) for check in problem.checks]
    failures = [failed for _, failed in ran]
    try:
        explained = explained_beside(failures)
    except Exception:  # what explains must cost nobody a verdict
        explained = [failed.found if failed else Finding() for failed in failures]
    found = tuple(
        replace(result, message=failed.with_details(why), slips=why.slips) if failed else result
        for (result, failed), why in zip(ran, explained)
    )
    graded = ProblemResult(problem.name, found, job.fingerprints.get(problem.name, ""))
    untouched = submitted.source(problem.name) == Submission(released).source(problem.name)
    if graded.score == 0 and untouched:
        return _without_points(problem, job, Outcome.MISSING, "the cell is as it was handed out.")
    return graded


def _without_points(problem: Problem, job: Job, outcome: Outcome, message: str) -> ProblemResult:
    found = tuple(CheckResult(check.name, check.points, outcome, message) for check in problem.checks)
    return ProblemResult(problem.name, found, job.fingerprints.get(problem.name, ""))


def _run(check: Check, probe: Probe, job: Job, problem: str) -> tuple[CheckResult, Failed | None]:
    """What became of the check, and the failure that it ended with, if that is the function's own."""
    try:
        with np.errstate(all="ignore"):
            check.run(probe, generator(job, problem, check.name))
    except Failed as failed:
        return CheckResult(check.name, check.points, failed.outcome, str(failed), failed.slips), failed
    except MemoryError:
        raise  # which is the whole submission's affair
    except Exception as error:  # a fault of the check, which must cost nobody else anything
        fault = (
            f"the grader could not judge this ({type(error).__name__}: {printable(str(error))}). Tell your instructor."
        )
        return CheckResult(check.name, check.points, Outcome.FAULT, fault), None
    return CheckResult(check.name, check.points), None


def generator(job: Job, *parts: str) -> np.random.Generator:
    """Fresh inputs for these parts of judging a submission, the same at every run with this seed.

    A student who hands in again meets other inputs, so that nothing is gained by carrying the last ones out in a
    message; for the same reason an early verdict has other inputs than the grade.
    """
    early = ["early"] if job.early else []
    key = json.dumps([job.seed, job.student, job.assignment, job.content_digest, *parts, *early])
    return np.random.default_rng(int.from_bytes(hashlib.sha256(key.encode()).digest()))
