"""The pages of four questions: a visitor has the answer in a minute, and code that runs anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from .built_book import QUESTIONS, ROOT

PAGES = {page.stem: page.read_text("utf-8") for page in sorted((ROOT / "chapters" / "questions").glob("*.md"))}
CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(?!---|:tags)(.*?)^```", re.DOTALL | re.MULTILINE)


def question_problems(page: str) -> Iterator[str]:
    """What keeps a visitor from the answer."""
    description = re.search(r"^    description: >-\n      (.*)$", page, re.MULTILINE)
    if not description or not 100 <= len(description[1]) <= 200:
        yield "no description of 100 to 200 characters for search engines"
    title = re.search(r"^# (.*)\n\n1\. \*\*.*\n2\. \*\*.*\n3\. \*\*.*\n\n", page, re.MULTILINE)
    if not title or not title[1].endswith("?"):
        yield "no question for a title with the answer in three lines below it"
    if "pmatrix" not in page or not re.search(r"[Cc]olumn 0", page):
        yield "no matrix in numbers with a column worked out"
    if not re.search(r"^## The way on\n\n- ", page, re.MULTILINE):
        yield "no way on"
    cell = CELL.search(page.partition("## In NumPy")[2])
    if not cell or len(cell[1].splitlines()) > 8:
        yield "no code of eight lines"
    elif re.findall(r"^(?:import|from) (.*)", cell[1], re.MULTILINE) != ["numpy as np"] or "assert " not in cell[1]:
        yield "the code needs more than NumPy, or asserts nothing"
    else:
        try:
            exec(cell[1], {})
        except Exception as error:
            yield f"the code stops with {error!r}"


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_a_page_of_a_question_answers_it_at_once(name):
    assert list(question_problems(PAGES[name])) == []


def test_every_page_of_a_question_is_one_that_may_tell_all():
    assert set(PAGES) == QUESTIONS
    contents = (ROOT / "_toc.yml").read_text()
    assert all(f"chapters/questions/{name}\n" in contents for name in QUESTIONS)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("description", "summary", "no description"),
        ("multiply them?", "multiply them", "no question"),
        ("3. **", "3. ", "no question"),
        ("Column 0", "One of them", "no matrix"),
        ("## The way on", "## Links", "no way on"),
        ("import numpy as np\n", "import numpy as np\n" + "x = 1\n" * 8, "no code"),
        ("import numpy as np\n", "import numpy as np, missingsum\n", "the code needs more"),
        ("(s - y) / len(z))", "(s + y) / len(z))", "the code stops"),
    ],
)
def test_the_check_of_a_question_sees_what_is_missing(old, new, problem):
    page = PAGES["two_steps"].replace(old, new)
    assert page != PAGES["two_steps"]
    [found] = question_problems(page)
    assert found.startswith(problem)
