"""Questions that answer back: right and wrong answers are computed, and each wrong one is explained."""

from __future__ import annotations

import json
import re
import sys

import numpy as np
import pytest

from missingsum.slips import SLIPS
from reference import softmax_backward, softmax_cross_entropy_backward, softmax_forward

from ..problem_sets import CHAPTERS, chapter
from .built_book import ROOT

EXTENSIONS = ROOT / "chapters" / "_extensions"
sys.path.append(str(EXTENSIONS))

import mistake_finder  # noqa: E402
import practice  # noqa: E402
import quiz  # noqa: E402
from practice import task as tasks_of  # noqa: E402

QUESTION = re.compile(r"^```\{quiz\} (.*)$", re.MULTILINE)


def asked_in(page: str) -> list[str]:
    return QUESTION.findall(page)


def test_every_chapter_asks_and_the_book_asks_forty_questions():
    asked = {name: asked_in(chapter(name)) for name in CHAPTERS}
    assert all(asked.values()), "a chapter without a question"
    assert sum(map(len, asked.values())) >= 40
    assert len({each for questions in asked.values() for each in questions}) >= 40


def test_there_are_three_hundred_tasks_to_practise():
    tasks = [task for family in practice.NUMBERS.values() for task in family.tasks(quiz.TO_PRACTISE)]
    assert len(tasks) >= 300 and len({task.asked for task in tasks}) == len(tasks)


@pytest.mark.parametrize("name", practice.NUMBERS)
def test_wrong_numbers_are_told_and_right_ones_are_not(name):
    family = practice.NUMBERS[name]
    for task in family.tasks(quiz.TO_PRACTISE):
        assert task.told(task.right) == () and len(task.mistakes) >= 3
        for mistake in task.mistakes:
            assert mistake.said in task.told(mistake.value)
        assert task.told(task.right + 1234.5) == ()


@pytest.mark.parametrize("name", practice.CHOICES)
def test_one_answer_is_right_and_all_have_words(name):
    for task in practice.CHOICES[name].tasks(quiz.IN_A_CHAPTER):
        assert [option.right for option in task.options].count(True) == 1
        assert all(option.said for option in task.options)
        assert len({option.text for option in task.options}) == len(task.options) >= 4


def numbers_in(text: str, symbol: str) -> np.ndarray:
    found = re.search(rf"\*{symbol}\*(?: = softmax\(\*z\*\))?(?: = ∂\*L\*/∂\*s\*)? = \(([^)]*)\)", text)
    assert found, text
    return np.array([float(part.replace("−", "-")) for part in found[1].split(", ")])


def place_in(text: str) -> int:
    found = re.search(r"∂\*L\*/∂\*z\*([₀-₉])", text)
    assert found, text
    return "₀₁₂₃₄₅₆₇₈₉".index(found[1])


def test_right_numbers_are_those_of_the_reference():
    """Read back from the words that a reader sees."""
    for task in practice.NUMBERS["vector-jacobian"].tasks(5):
        s, g = (numbers_in(task.asked, symbol)[None] for symbol in "sg")
        assert np.isclose(task.right, softmax_backward(s, g)[0, place_in(task.asked)], atol=1e-9)
        missing = (g * s * (1 - s))[0, place_in(task.asked)]
        assert SLIPS["missing-sum"].explanation in task.told(missing)
    for name in ("gradient-one-hot", "gradient-any-targets"):
        for task in practice.NUMBERS[name].tasks(5):
            s, y = (numbers_in(task.asked, symbol)[None] for symbol in "sy")
            assert np.allclose(softmax_forward(np.log(s)), s)
            assert np.isclose(
                task.right, softmax_cross_entropy_backward(np.log(s), y)[0, place_in(task.asked)], atol=1e-9
            )


def test_numbers_that_do_not_tell_a_mistake_from_the_right_answer_are_never_asked():
    def draw(rng):
        return "always the same", 1.0, [(1.0, "sign"), (2.0, "factor-two")], "because"

    with pytest.raises(ValueError, match="tell"):
        tasks_of.Numbers("blind", "the-matrix", draw, 2, ("sign",)).tasks(1)


@pytest.mark.parametrize("values", [(1.0, 1.0), (2.0, 3.0)], ids=["two right ones", "no right one"])
def test_a_choice_without_exactly_one_right_answer_stops_the_build(values):
    def draw(rng):
        return "which?", 1.0, [(str(k), value, "words") for k, value in enumerate(values)]

    with pytest.raises(ValueError, match="are right, not one"):
        tasks_of.Choices("ambiguous", "the-matrix", draw).tasks(1)


def test_the_table_of_wrong_numbers_holds_no_right_ones():
    table = mistake_finder.table()
    assert len(table) > 20 and sum(len(question["wrong"]) for question in table) > 200
    for question in table:
        assert all(values != question["right"] for _, values in question["wrong"])
        assert all(slip in SLIPS for slip, _ in question["wrong"])
    json.dumps(table, allow_nan=False)
