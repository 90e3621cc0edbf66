"""Facts say what is seen, in digits that show it; a ratio has a name only where no other gives the same number."""

from __future__ import annotations

import numpy as np
import pytest

from missingsum.explain.facts import example, facts
from missingsum.explain.scales import named_scale

TRUTH = np.array([[1.0, -2.0, 1.0], [0.5, 0.5, -1.0], [2.0, -1.0, -1.0]])


def changed(where, value):
    answer = TRUTH.copy()
    answer[where] = value
    return answer


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (changed(1, 0), "row 1 is all zeros"),
        (changed((slice(None), 2), 7.0), "wrong in column 2, right elsewhere"),
        (changed((0, 1), np.nan), "not finite at [0, 1]"),
        (np.tile(TRUTH[:1], (3, 1)), "all rows are equal to each other"),
        (TRUTH + 1, "sum to 0, yours to 3, 3, 3"),
        (0 * TRUTH, "all entries are 0"),
    ],
)
def test_a_fact_is_told(answer, said):
    assert said in "; ".join(facts(answer, TRUTH))


def test_of_a_right_answer_there_is_nothing_to_tell():
    assert facts(TRUTH, TRUTH) == []


def test_an_example_shows_the_difference_in_its_digits():
    small = str(example(["s"], [TRUTH], TRUTH + 1e-9, TRUTH))
    assert "1.000000001" in small and "first 2 of 3 rows" in small


def test_an_answer_of_another_shape_is_no_example():
    assert example(["s"], [TRUTH], TRUTH.T[:2], TRUTH) is None


SIZES = ({"n": 4.0, "c": 7.0}, {"n": 5.0, "c": 3.0})


@pytest.mark.parametrize(
    ("ratios", "slips"),
    [
        ((-1, -1), ("sign",)),
        ((2, 2), ("factor-two",)),
        ((4, 5), ("times-n",)),
        ((-8, -10), ("sign", "factor-two", "times-n")),
        ((1 / 7, 1 / 3), ("over-c",)),
        ((2.5, 2.5), ("constant-factor",)),
        ((0.04, 0.05), ("wrong-constant",)),
    ],
)
def test_a_ratio_is_named_by_its_source(ratios, slips):
    assert named_scale(ratios, SIZES, mean=False)[0] == slips


def test_a_ratio_that_is_a_size_of_all_samples_is_given_as_a_number():
    slips, words = named_scale((2.5, 2.5), ({"n": 5.0, "c": 3.0},) * 2, mean=False)
    assert slips == ("constant-factor",) and "2.5 times" in words
    slips, words = named_scale((5.0, 5.0), ({"n": 5.0, "c": 3.0},) * 2, mean=False)
    assert slips == ("constant-factor",) and "may or may not" in words


def test_ratios_that_follow_nothing_have_no_name():
    assert named_scale((2.0, 3.0), SIZES, mean=False) is None
