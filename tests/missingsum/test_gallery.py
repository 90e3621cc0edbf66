"""The gallery shows every slip once, with numbers that come from the slip and a link that leads to its section."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from missingsum.diagnosis import Sample, explain
from missingsum.gallery import LOGITS, UPSTREAM, Gallery
from missingsum.slips import SLIPS
from missingsum.variants import Product, product_variants

CHAPTERS = Path(__file__).parents[2] / "chapters"
PAGE = (CHAPTERS / "gallery.md").read_text()
IN_WORDS = {"forms-the-jacobian", "exp-overflow", "log-of-zero", "0-times-inf", "cancellation", "all-rows-ignored",
            "mutates-input"}


def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


@pytest.fixture(scope="module")
def mistakes():
    return Gallery(softmax)


@pytest.fixture(scope="module")
def shown(mistakes):
    cells = re.findall(r'mistakes\.entries\("(.+?)", "(.+?)"\)', PAGE)
    return "\n\n".join(mistakes.entries(*cell)._repr_markdown_() for cell in cells)


def test_every_slip_is_on_the_page_once_and_in_order(shown):
    assert re.findall(r"^\(slip-(.+)\)=$", shown, re.MULTILINE) == list(SLIPS)


def test_every_entry_links_to_a_section_that_its_chapter_has(shown):
    links = re.findall(r"^Read: \[.+\]\(#(.+)\)$", shown, re.MULTILINE)
    assert len(links) == len(SLIPS)
    for slip, link in zip(SLIPS.values(), links):
        assert re.search(rf"^\({link}\)=$", (CHAPTERS / f"{slip.chapter}.md").read_text(), re.MULTILINE), slip.id


def test_every_slip_that_can_be_computed_has_an_example(mistakes):
    assert set(SLIPS) - set(mistakes.examples) == IN_WORDS


@pytest.mark.parametrize("slip", [slip for slip in SLIPS if slip not in IN_WORDS])
def test_an_example_shows_numbers_that_differ_from_the_right_ones(mistakes, slip):
    example = mistakes.examples[slip]
    right, wrong = str(example).removeprefix("right\n").split("\nwith this slip\n")
    assert right != wrong
    assert np.isfinite(example.right).all()
    assert example.seen


def test_an_example_with_numbers_as_right_shows_nothing_wrong(mistakes):
    example = mistakes.examples["missing-sum"]
    assert type(example)(example.asked, example.right, example.right).seen == ""


def test_the_right_numbers_are_those_of_the_closed_form(mistakes):
    s = softmax(LOGITS)
    dot = (s * UPSTREAM).sum(axis=1, keepdims=True)
    assert np.allclose(mistakes.examples["missing-sum"].right, s * (UPSTREAM - dot), atol=1e-9)


@pytest.mark.parametrize("slip", ["missing-sum", "no-diagonal", "wrong-axis", "off-diagonal-sign", "twice"])
def test_the_diagnosis_names_the_slip_from_the_numbers_shown(mistakes, slip):
    example = mistakes.examples[slip]
    s = softmax(LOGITS)
    J = np.array([np.diag(row) - np.outer(row, row) for row in s])
    sample = Sample(Product(J, s, UPSTREAM), example.right, example.wrong)
    assert explain([sample, sample], product_variants()) == (slip,)


def test_an_unknown_slip_is_an_error(mistakes):
    with pytest.raises(ValueError):
        mistakes.entries("missing-sum", "no-such-slip")
