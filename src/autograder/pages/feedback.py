"""The feedback page of one student: each function, what is right about it, and what its mistake is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autograder.judging.following import Following, following
from autograder.judging.result import ProblemResult, Result
from autograder.judging.submission import grade_id_of
from autograder.pages.rendering import render, section_link
from autograder.records.asking import LONGEST, NOTEBOOK, Asking, by_subject
from autograder.records.roster import Person
from autograder.records.standing import Standing
from missingsum.slips import SLIPS


def feedback_page(
    result: Result,
    standing: Standing,
    code: Mapping[str, str],
    book: str | None,
    person: Person | None = None,
    asking: Asking | None = None,
) -> str:
    """The page as HTML that needs nothing but itself.

    ``code[problem]`` is what the student wrote in the cell of that function, "" or absent if the cell is missing.
    ``book`` is the address, with a slash at its end, under which the book's pages lie; None names the sections without
    a link. ``person`` is who it is for. With ``asking``, the page offers to ask about each function and each answer in
    words, or about a notebook that was not read, and shows what was asked and answered.
    """
    return render(
        "feedback.html",
        result=result,
        standing=standing,
        person=person or Person(result.student),
        functions=_functions(result, code, book),
        forms=asking.forms(result, standing) if asking else {},
        asked=by_subject(asking.of(result.student)) if asking else {},
        notebook=NOTEBOOK,
        longest=LONGEST,
    )


def early_page(result: Result, code: Mapping[str, str], book: str | None, person: Person, left: int) -> str:
    """The page of an early verdict, without points: what is right, what is not and where.

    ``left`` more verdicts can be had today.
    """
    return render("early.html", result=result, person=person, functions=_functions(result, code, book), left=left)


def code_in(notebook: Mapping[str, Any]) -> dict[str, str]:
    """What the student wrote, by the grade_id of the cell; "" is that of all cells without one."""
    return {grade_id_of(cell): cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"}


@dataclass(frozen=True)
class Explanation:
    text: str
    where: str
    link: str | None


@dataclass(frozen=True)
class Function:
    """One function as the page shows it."""

    graded: ProblemResult
    code: str
    explanations: tuple[Explanation, ...]
    follows: Following | None = None

    @property
    def right(self) -> bool:
        return all(check.passed for check in self.graded.checks)


def _functions(result: Result, code: Mapping[str, str], book: str | None) -> list[Function]:
    follows = following(result, code)
    return [
        _function(problem, code.get(problem.problem, ""), book, follows.get(problem.problem))
        for problem in result.problems
    ]


def _function(problem: ProblemResult, code: str, book: str | None, follows: Following | None) -> Function:
    slips = [SLIPS[slip] for slip in problem.slips if slip in SLIPS]
    return Function(
        graded=problem,
        code=code.strip("\n"),
        explanations=tuple(Explanation(slip.explanation, slip.where, section_link(slip, book)) for slip in slips),
        follows=follows,
    )
