"""Say where a function of a submission is wrong, after the scores are recorded: it explains, and never earns points.

Edits are made here, from the parsed text of the student's cell, and run in the sandbox like any submission; their
answers are compared here, so that no right answer enters it. What fails here costs the place and nothing else.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from autograder.checking.protocol import Failed, Outcome, Problem, Reply
from autograder.judging import submission
from autograder.judging.following import Programs, measured
from autograder.judging.judge import Job, Judged, generator, judge, limited_memory
from autograder.judging.probe import Probe
from autograder.judging.result import ProblemResult, Result
from autograder.sandbox.servers import allow
from missingsum.watching import RAISED, NotRight, Strict, tell_call, tell_wrong, watched_by
from missingsum.where import inside
from missingsum.where.cases import Case
from missingsum.where.cases import Outcome as Answered
from missingsum.where.place import Place
from missingsum.where.recording import Recording
from missingsum.where.search import Budget, find
from missingsum.where.source import NotSearched, Source

BUDGET = Budget(runs=1500, checks=6, blind=15, pairs=400, firsts=2, partners=80, seconds=0.5)
"""Of each wrong function. The seconds are of processor time, here and in the sandbox."""
MOST_SECONDS = 10.0
"""Of a whole submission, by the clock; its cells run once more in them."""
CALL_SECONDS = 2.0
MOST_TEXT = 9_000
"""Characters of a candidate, which travels as one text."""
ENTRANCE = "__places"
DRIVER = f"""
{ENTRANCE} = {{"__name__": "{ENTRANCE}"}}
exec({inspect.getsource(inside)!r}, {ENTRANCE})
def {ENTRANCE}(do, *rest, _tools={ENTRANCE}, _kept={{}}):
    if do == "define":
        _kept.update((name, globals().get(name)) for name in rest[1] if name not in _kept)
        exec(compile(rest[0], "<candidate>", "exec"), globals())
        return True
    if do == "restore":
        globals().update(_kept)
        return True
    return _tools[do](*rest, globals())
for _name in ("__counted", "__counted_while"):
    globals()[_name] = lambda value: value
del _name
"""
"""What runs in the student's process, behind the student's own cells. It knows no right answer."""


@dataclass(frozen=True)
class PlaceJob(Job):
    """A submission that is judged; ``earlier`` is its whole result. The places of its mistakes are sought."""


def work(job: Job) -> Judged:
    """What a worker does with a job."""
    return located(job) if isinstance(job, PlaceJob) else judge(job)


def job_for_places(job: Job, result: Result) -> PlaceJob | None:
    """The job that seeks the places of what was judged; None if there is nothing to seek, or another submission."""
    if result.unreadable or result.handed_in != job.handed_in or not any(map(_is_wrong, result.problems)):
        return None
    return PlaceJob(**{**{field.name: getattr(job, field.name) for field in fields(job)}, "earlier": result})


def located(job: Job) -> Judged:
    """The earlier result with the places of the mistakes; as it was, where none is found or the search fails."""
    result = job.earlier
    if result is None:
        raise ValueError("places are sought in what is judged")
    submitted = submission.parse(job.content, submission.load_notebook(job.released))
    asked = {problem.name: problem for problem in job.hidden.load(job.assignment).problems}
    wrong = frozenset(problem.problem for problem in result.problems if problem.score < problem.max_score)
    right = frozenset(problem.problem for problem in result.problems) - wrong
    mended: dict[str, Programs] = {}
    limits = replace(job.limits, total=min(job.limits.total, MOST_SECONDS), call=min(job.limits.call, CALL_SECONDS))
    found = []
    allow(job.hidden.libraries)

    def passes(name: str, programs: Programs) -> bool | None:
        try:
            return There(probe, asked[name], job).passes(programs)
        except Exception:  # as in the search for places, this must not touch anything else
            return None

    with limited_memory(), Probe(_cells(submitted), limits, unsafe=job.unsafe, isolation=job.isolation) as probe:
        for problem in result.problems:
            if _is_wrong(problem) and problem.problem in asked:
                problem = _with_place(problem, asked[problem.problem], probe, job, submitted, wrong, right, mended)
            found.append(problem)
        texts = {p.problem: submitted.source(p.problem) for p in found if _is_wrong(p) and p.problem in asked}
        follows = measured(texts, mended, passes)
    problems = tuple(replace(problem, follows=follows.get(problem.problem)) for problem in found)
    return Judged(replace(result, problems=problems), submitted)


def _cells(submitted: submission.Submission) -> list[tuple[str, str]]:
    return [*submitted.code_cells(), (ENTRANCE, DRIVER)]


def _is_wrong(problem: ProblemResult) -> bool:
    """Whether it answers, and wrongly: what hangs, or is not there, has no place to look at."""
    outcomes = {check.outcome for check in problem.checks}
    return bool(outcomes & {Outcome.WRONG, Outcome.RAISED}) and not outcomes & {Outcome.STOPPED, Outcome.FAULT}


def _with_place(
    result: ProblemResult,
    problem: Problem,
    probe: Probe,
    job: Job,
    submitted: submission.Submission,
    wrong: frozenset[str],
    right: frozenset[str],
    mended: dict[str, Programs],
) -> ProblemResult:
    """The result with its place, whose repair goes to what is ``mended``."""
    try:
        place, programs = _place(problem, probe, job, submitted.source(problem.name), wrong, right)
    except NotSearched as reason:
        return replace(result, unplaced=str(reason))
    except Failed:
        return replace(result, unplaced="it ends, or takes too long, while it is searched")
    except Exception as error:  # a fault of the search, which must not touch anything else
        return replace(result, unplaced=f"the search failed ({type(error).__name__})")
    if place:
        mended[problem.name] = programs
    return replace(result, place=place)


def _place(
    problem: Problem, probe: Probe, job: Job, text: str, wrong: frozenset[str], right: frozenset[str]
) -> tuple[Place | None, Programs]:
    source = Source(text, problem.name)
    if len(source.edited(())) > MOST_TEXT:
        raise NotSearched(f"the cell has more than {MOST_TEXT} characters")
    if (source.others - {problem.name}) & wrong:
        return None, {}  # what it calls is wrong, so that the place may be there
    names = sorted(source.defined)
    runner = There(probe, problem, job, names)
    with np.errstate(all="ignore"):
        found = find(source, runner.recorded(), runner, BUDGET, runner.seconds, runner.calls, trusted=right)
    return (found[0], {found[1].program: names}) if found else (None, {})


class There:
    """A `Runner` in the student's sandboxed process."""

    def __init__(self, probe: Probe, problem: Problem, job: Job, names: Sequence[str] = ()):
        self._probe, self._problem, self._job, self._names = probe, problem, job, names
        self._spent, self._begun = 0.0, time.process_time()
        self.calls: list[tuple[Any, ...]] = []

    def seconds(self) -> float:
        """Processor time so far, here and there."""
        return self._spent + time.process_time() - self._begun

    def recorded(self) -> list[Case]:
        """The cases of the checks that fail, with the inputs that were graded."""
        recording = Quietly(self._problem.name)
        with watched_by(recording):
            for check in self._problem.checks:
                try:
                    check.run(self._call, self._generator("", check.name))
                except Failed:
                    pass
        self._begun, self._spent = time.process_time(), 0.0
        self.calls = [call for call in recording.calls if not any(map(callable, call))]
        return [case for case in recording.cases() if not any(map(callable, case.arguments))]

    def attempts(self, programs: Sequence[str], arguments: tuple[Any, ...]) -> Sequence[Answered]:
        return self._ask("attempts", list(programs), self._problem.name, arguments)

    def values(self, program: str, arguments: tuple[Any, ...]) -> Sequence[Sequence[Any]]:
        return self._ask("values", program, self._problem.name, arguments)

    def injected(self, program: str, number: int, stacked: Any, arguments: tuple[Any, ...]) -> Sequence[Answered]:
        return self._ask("injected", program, self._problem.name, number, list(stacked), arguments)

    def is_right(self, program: str) -> bool:
        """Whether all checks of the function pass with this program, on inputs that are new."""
        return self.passes({program: self._names}) is True

    def passes(self, programs: Programs) -> bool | None:
        """Whether all checks pass, on inputs that are new, beside these programs; None if it was stopped."""
        try:
            for program, names in programs.items():
                self._ask("define", program, list(names))
            with watched_by(Strict()):
                for check in self._problem.checks:
                    check.run(self._call, self._generator("places", check.name))
            return True
        except NotRight:
            return False
        except Failed as failed:
            return None if failed.outcome in (Outcome.STOPPED, Outcome.FAULT) else False
        finally:
            self._ask("restore")

    def _ask(self, *request: Any) -> Any:
        reply = self._probe(ENTRANCE, *request, timed=True)
        self._spent += reply.seconds
        return reply.answer

    def _call(
        self, function: str, *arguments: Any, patience: float = 1, fresh: bool = False, timed: bool = False
    ) -> Reply:
        """`Caller`, without ever a fresh process: a candidate would not be in it."""
        try:
            reply = self._probe(function, *arguments, timed=True)
        except Failed:
            tell_call(function, arguments, RAISED)
            tell_wrong()
            raise
        self._spent += reply.seconds
        tell_call(function, arguments, reply.answer)
        return reply

    def _generator(self, salt: str, check: str) -> np.random.Generator:
        """The inputs that were graded, or with ``salt`` others."""
        return generator(self._job, self._problem.name, check, *([salt] if salt else []))


class Quietly(Recording):
    """A recording for which nothing is diagnosed again; it knows the function by its name."""

    explains = False
