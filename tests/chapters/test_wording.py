"""What the chapters' words promise, read from their text; nothing here needs the built book."""

from __future__ import annotations

import re

import numpy as np
import pytest

from missingsum.numeric import rowwise_jacobian

from ..problem_sets import CHAPTERS
from .built_book import ROOT

PAGES = {page.stem: page.read_text("utf-8") for page in sorted((ROOT / "chapters").rglob("*.md"))}
PROBLEM_SETS = {page.stem: page.read_text("utf-8") for page in sorted((ROOT / "solutions").glob("ps*.md"))}


def measures_without_saying_how(page: str) -> bool:
    """A page that measures derivatives and does not say that each is made of four central differences."""
    return "import rowwise_jacobian" in page and "four central differences" not in " ".join(page.split())


def test_a_page_that_measures_derivatives_says_how():
    assert [name for name, page in PAGES.items() if measures_without_saying_how(page)] == []


@pytest.mark.parametrize(
    ("words", "silent"), [("moved a little up and down", True), ("by four\ncentral differences", False)]
)
def test_the_check_of_what_is_measured_sees_a_page_that_does_not_say_how(words, silent):
    assert measures_without_saying_how(f"import rowwise_jacobian\n{words}") is silent


def test_a_measured_derivative_is_made_of_four_central_differences():
    places = []
    rowwise_jacobian(lambda x: places.append(x[0, 0]) or x, np.array([[1.0]]), h=0.08)
    assert np.allclose(sorted(np.abs(np.array(places) - 1)), np.repeat([0.01, 0.02, 0.04, 0.08], 2))


def test_the_start_page_says_how_many_chapters_there_are():
    assert re.findall(r"in (\d+) chapters", PAGES["index"]) == [str(len(CHAPTERS))]


DOUBTFUL = {
    "behind may mean before: say after": re.compile(
        r"\bbehind\s+(an?\s+|\{term\}`)?(elementwise|softmax|sigmoid|log-softmax|activation)", re.IGNORECASE
    ),
    "a for each: say per": re.compile(
        r"\b(one|row|column|square|page|folder) an? (class|row|path|example|student|column|epoch)\b", re.IGNORECASE
    ),
}
"""Ways to say something that readers took for something else."""


def doubtful(page: str) -> list[str]:
    return [
        f"{what}: {found[0]!r}"
        for what, pattern in DOUBTFUL.items()
        for found in pattern.finditer(" ".join(page.split()))
    ]


def test_no_page_says_what_can_be_read_in_two_ways():
    assert {name: found for name, page in (PAGES | PROBLEM_SETS).items() if (found := doubtful(page))} == {}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("squared error behind\nsoftmax", 1),
        ("Behind {term}`sigmoid` it has one term", 1),
        ("one row a class", 1),
        ("one a path", 1),
        ("the array behind it, and one in a class", 0),
    ],
)
def test_the_check_of_doubtful_words_sees_them(words, found):
    assert len(doubtful(words)) == found
