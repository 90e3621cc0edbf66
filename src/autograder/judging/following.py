"""Failures that follow from another function's: what is wrong calls what is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.checking.protocol import Outcome
from autograder.judging.result import ProblemResult, Result
from missingsum.slips import SLIPS
from missingsum.where.source import NotSearched, Source


def following(result: Result, code: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Of each function whose failure nothing explains: the wrong functions of the problem set that it calls, if any.

    ``code`` is what the student wrote, by function. A function with a mistake of its own is wrong whatever it calls.
    """
    wrong = [problem.problem for problem in result.problems if any(not check.passed for check in problem.checks)]
    found = {}
    for problem in result.problems:
        if problem.problem in wrong and _is_open(problem):
            called = _called(code.get(problem.problem, ""), problem.problem)
            if guilty := tuple(name for name in wrong if name in called and name != problem.problem):
                found[problem.problem] = guilty
    return found


def _is_open(problem: ProblemResult) -> bool:
    """Whether it answered or raised, and no known mistake explains that."""
    outcomes = {check.outcome for check in problem.checks}
    return bool(outcomes & {Outcome.WRONG, Outcome.RAISED}) and not any(slip in SLIPS for slip in problem.slips)


def _called(text: str, name: str) -> set[str]:
    try:
        return Source(text, name).others
    except NotSearched:
        return set()
