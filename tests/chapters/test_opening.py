"""How a chapter opens: with what to expect, its question, the answer in three lines, and what one can do after it."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator

import pytest
from docutils import nodes

from ..problem_sets import named
from .built_book import ROOT, parse

sys.path.insert(0, str(ROOT / "chapters" / "_extensions"))

import opening

CHAPTERS = {name: (ROOT / f"{name}.md").read_text("utf-8") for name in opening.chapters_of(ROOT).values()}
ORDER = list(CHAPTERS)
OPENING = re.compile(
    r"^(?:\([\w-]+\)= )?# [^\n]+\n\n[^\n]+\?\n\n(?:- [^\n]+\n){3}\nAfter this (?:chapter|page) you ", re.MULTILINE
)


def opening_problems(chapter: str, number: int) -> Iterator[str]:
    """What keeps a reader from the answer, and from knowing what the chapter asks of them."""
    head, _, text = chapter.partition("\n---\n\n")
    description = re.search(r"^    description: >-\n      (.*)$", head, re.MULTILINE)
    if not description or not 100 <= len(description[1]) <= 200:
        yield "no description of 100 to 200 characters for search engines"
    needs = re.search(r"^needs: (.*)$", head, re.MULTILINE)
    if not needs or not all(0 < needed < number for needed in json.loads(needs[1])):
        yield "no list of chapters before this one that it needs"
    if not OPENING.match(re.sub(r"(?<=[^\n-])\n(?=[^\n-])", " ", text)):
        yield "no question, answer in three lines and what one can do after it"


@pytest.mark.parametrize("name", ORDER)
def test_a_chapter_opens_with_its_answer(name):
    assert list(opening_problems(CHAPTERS[name], ORDER.index(name) + 1)) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("description", "summary", "no description"),
        ("needs: [2]", "needs: [2, 3]", "no list"),
        ("needs: [2]\n", "", "no list"),
        ("\n- Each logit", "\nEach logit", "no question"),
        ("After this chapter", "In this chapter", "no question"),
    ],
)
def test_the_check_of_openings_sees_what_is_missing(old, new, problem):
    chapter = CHAPTERS[f"chapters/{named('missing_sum')}"]
    assert old in chapter
    [found] = opening_problems(chapter.replace(old, new), 3)
    assert found.startswith(problem)


def test_the_page_says_which_chapter_it_is_how_long_it_takes_and_what_it_needs(book):
    for number, name in enumerate(ORDER, 1):
        line = parse((book.html / f"{name}.html").read_text("utf-8")).select_one("h1 + p.opening")
        expected = rf"Chapter {number} of {len(ORDER)} · (5|[1-4][05]) minutes( · needs \d+( and \d+)*)?"
        assert re.fullmatch(expected, line.get_text()), line
        needs = re.search(r"^needs: (.*)$", CHAPTERS[name], re.MULTILINE)[1]
        assert [int(link.get_text()) for link in line.select("a")] == json.loads(needs)


def test_words_formulas_and_code_that_is_shown_take_time():
    words = nodes.paragraph("", "word " * 1000)
    formulas = [nodes.math_block("", "x") for _ in range(30)]
    code = nodes.container("", nodes.literal_block("", "x = 1\n" * 100), classes=["cell_input"])
    hidden = nodes.container("", nodes.literal_block("", "x = 1\n" * 900), classes=["other"])
    assert opening.minutes(nodes.section("", words)) == 5
    assert opening.minutes(nodes.section("", words, *formulas)) == 10
    assert opening.minutes(nodes.section("", nodes.paragraph("", "word " * 1000), code, hidden)) == 10
