"""The feedback page of one student: each function, what is right about it, and what its mistake is called."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from autograder.judging.result import ProblemResult, Result
from autograder.judging.submission import grade_id_of
from autograder.pages.rendering import render, section_link
from autograder.records.asking import LONGEST, YOUR_WORDS, Asking, Question, by_function
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
    a link. ``person`` is who it is for. With ``asking``, the page offers to ask about each function, and shows what was
    asked and answered.
    """
    asked = by_function(asking.of(result.student)) if asking else {}
    forms = {p.problem: asking.form(result, p) for p in result.problems} if asking else {}
    script = _script() if forms and not result.unreadable else ""
    return render(
        "feedback.html",
        result=result,
        standing=standing,
        person=person or Person(result.student),
        functions=[
            replace(
                _function(problem, code.get(problem.problem, ""), book),
                form=forms.get(problem.problem, ""),
                questions=tuple(asked.get(problem.problem, ())),
            )
            for problem in result.problems
        ],
        script=Markup(script),
        script_digest=b64encode(sha256(script.encode()).digest()).decode(),
        your_words=YOUR_WORDS,
        longest=LONGEST,
    )


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
    form: str = ""
    """the text with which a student asks about it, "" if the page does not offer that"""
    questions: tuple[Question, ...] = ()

    @property
    def right(self) -> bool:
        return all(check.passed for check in self.graded.checks)


@cache
def _script() -> str:
    """What saves a question as a file; the page's policy lets nothing else run."""
    return files("autograder.pages").joinpath("templates/ask.js").read_text(encoding="utf-8")


def _function(problem: ProblemResult, code: str, book: str | None) -> Function:
    slips = [SLIPS[slip] for slip in problem.slips if slip in SLIPS]
    return Function(
        graded=problem,
        code=code.strip("\n"),
        explanations=tuple(Explanation(slip.explanation, slip.where, section_link(slip, book)) for slip in slips),
    )
