"""What the chapters' words promise, read from their text; nothing here needs the built book."""

from __future__ import annotations

import numpy as np
import pytest

from missingsum.numeric import rowwise_jacobian

from .built_book import ROOT

PAGES = {page.stem: page.read_text("utf-8") for page in sorted((ROOT / "chapters").rglob("*.md"))}


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
