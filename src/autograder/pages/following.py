"""Failures that follow from another function's, as pages tell of them: what is wrong calls what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.checking.protocol import Outcome
from autograder.judging.following import called
from autograder.judging.result import ProblemResult, Result
from missingsum.slips import SLIPS


@dataclass(frozen=True)
class Following:
    """The wrong ``functions`` that a wrong one calls.

    ``alone`` says whether it is right beside them, mended, so that they alone are to blame; None if nobody tried.
    """

    functions: tuple[str, ...]
    alone: bool | None = None


def following(result: Result, code: Mapping[str, str]) -> dict[str, Following]:
    """By function: what was measured of it, or what its text says, if no known mistake explains its failure.

    ``code`` is what the student wrote, by function.
    """
    wrong = [problem.problem for problem in result.problems if any(not check.passed for check in problem.checks)]
    found = {}
    for problem in result.problems:
        if problem.problem not in wrong:
            continue
        if problem.follows:
            found[problem.problem] = Following(problem.follows, alone=True)
        elif _is_open(problem) and (guilty := called(code.get(problem.problem, ""), problem.problem, wrong)):
            found[problem.problem] = Following(guilty, alone=None if problem.follows is None else False)
    return found


def _is_open(problem: ProblemResult) -> bool:
    """Whether it answered or raised, and no known mistake explains that."""
    outcomes = {check.outcome for check in problem.checks}
    return bool(outcomes & {Outcome.WRONG, Outcome.RAISED}) and not any(slip in SLIPS for slip in problem.slips)
