"""The feedback page of one student: each function, what is right about it, and what its mistake is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.pages import render, section_link
from autograder.result import CheckResult, ProblemResult, Result
from autograder.standing import Standing
from missingsum.diagnosis import UNEXPLAINED, in_words
from missingsum.slips import SLIPS


def feedback_page(result: Result, standing: Standing, code: Mapping[str, str], book: str | None) -> str:
    """The page as HTML that needs nothing but itself.

    ``code[problem]`` is what the student wrote in the cell of that function, "" or absent if the cell is missing. ``book`` is the
    address, with a slash at its end, under which the book's pages lie; None names the sections without a link.
    """
    return render(
        "feedback.html",
        result=result,
        standing=standing,
        functions=[_function(problem, code.get(problem.problem, ""), book) for problem in result.problems],
    )


@dataclass(frozen=True)
class Explanation:
    text: str
    where: str
    link: str | None


@dataclass(frozen=True)
class Function:
    """One function as the page shows it; each check stands with what it saw."""

    graded: ProblemResult
    code: str
    explanations: tuple[Explanation, ...]
    unexplained: bool
    checks: tuple[tuple[CheckResult, str], ...]

    @property
    def right(self) -> bool:
        return all(check.passed for check in self.graded.checks)


def observation(check: CheckResult) -> str:
    """What the check saw, without the explanation, which the page gives beside the code."""
    known = [slip for slip in check.slips if slip in SLIPS]
    return check.message.removesuffix(in_words(known)).strip()


def is_unexplained(problem: ProblemResult) -> bool:
    """Are there wrong answers, and no slip that leads to them?"""
    return not problem.slips and any(check.message.endswith(UNEXPLAINED) for check in problem.checks if not check.passed)


def _function(problem: ProblemResult, code: str, book: str | None) -> Function:
    slips = [SLIPS[slip] for slip in problem.slips if slip in SLIPS]
    return Function(
        graded=problem,
        code=code.strip("\n"),
        explanations=tuple(Explanation(slip.explanation, slip.where, section_link(slip, book)) for slip in slips),
        unexplained=is_unexplained(problem),
        checks=tuple((check, observation(check)) for check in problem.checks),
    )
