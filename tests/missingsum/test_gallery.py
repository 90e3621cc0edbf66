"""The gallery shows every slip once, with numbers that come from the slip and a link that leads to its section."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from missingsum.gallery import LOGITS, UPSTREAM, Example, Gallery, Verdicts
from missingsum.slips import SLIPS
from missingsum.slips.parts import PARTS
from missingsum.variants import checkers

CHAPTERS = Path(__file__).parents[2] / "chapters"
PAGE = (CHAPTERS / "gallery.md").read_text()
IN_WORDS = {
    "forms-the-jacobian",
    "exp-overflow",
    "log-of-zero",
    "0-times-inf",
    "cancellation",
    "nearly-right",
    "single-precision",
    "all-rows-ignored",
    "error-for-a-verdict",
    "shape-not-checked",
    "names-not-sorted",
    "exchanged",
    "wrong-layer-input",
    "same-start",
    "climbs",
    "diverged",
    "ignores-the-data",
    "stopped-too-early",
    "seed-not-used",
    "no-return",
    "list-for-array",
    "axis-too-many",
    "transposed-result",
    "one-loss-a-row",
    "mutates-input",
    "zero-times-infinity",
    "hidden-wins",
    "row-without-keys",
    "mask-transposed",
    "matrix-for-elementwise",
    "chain-out-of-order",
}
IN_WORDS |= {slip.id for slip in PARTS} - {"one-jacobian-for-all", "from-weights-gradient", "weights-skipped"}
"""Which part of which formula it is, is told beside them."""
OVERFLOWS = ("no-max", "max-with-zero", "max-of-all", "zero-over-zero")
"""Their examples are made with inputs at which right code gives the right numbers, and these give nan or 0."""
SAME_NUMBERS = {
    "error-over-the-smaller": "error-over-one-size",
    "mean-of-all-squares": "half",
    "mask-by-rows": "mask-ignored",
}
"""At what is shown, the one size is the smaller, 2/c is ½ because c is 4, and every row may look somewhere."""


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
    assert example.seen
    if isinstance(example, Example):
        right, wrong = str(example).removeprefix("right\n").split("\nwith this slip\n")
        assert right != wrong
        assert np.isfinite(example.right).all()


def test_an_example_with_numbers_as_right_shows_nothing_wrong(mistakes):
    example = mistakes.examples["missing-sum"]
    assert type(example)(example.asked, example.right, example.right).seen == ""


def test_the_right_numbers_are_those_of_the_closed_form(mistakes):
    s = softmax(LOGITS)
    dot = (s * UPSTREAM).sum(axis=1, keepdims=True)
    assert np.allclose(mistakes.examples["missing-sum"].right, s * (UPSTREAM - dot), atol=1e-9)


@pytest.mark.parametrize("slip", [slip for slip in SLIPS if slip not in IN_WORDS])
def test_the_diagnosis_names_the_slip_from_the_numbers_shown(mistakes, slip):
    example = mistakes.examples[slip]
    if isinstance(example, Verdicts):
        model = next(
            m for m in checkers({"formula-for-a-measurement": gradient}) if m.slips == (slip,) and fits(m, example)
        )
        assert model and not any(fits(sound, example) for sound in checkers() if not sound.slips)
    elif slip not in OVERFLOWS:
        assert example.recognised == (SAME_NUMBERS.get(slip, slip),)
    else:
        assert (~np.isfinite(example.wrong)).any() or slip == "max-with-zero"


def fits(model, example):
    return all(verdict in model.expects(pair) for pair, verdict in zip(example.pairs, example.wrong))


def gradient(z, y):
    return (softmax(z) * y.sum(axis=1, keepdims=True) - y) / len(z)


def test_an_unknown_slip_is_an_error(mistakes):
    with pytest.raises(ValueError):
        mistakes.entries("missing-sum", "no-such-slip")
