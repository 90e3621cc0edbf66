"""On many more inputs: right answers pass, no mistake is named that nobody made, and mostly those that were made."""

from __future__ import annotations

from collections import Counter

import pytest

from ..problem_sets import PROBLEM_SETS
from . import test_mutation, test_never_guesses, test_right_styles

pytestmark = pytest.mark.soak
SEEDS = range(100, 115)
CHANCE = {"ole_tosses_a_coin"}
"""Whose points depend on luck."""


@pytest.mark.parametrize("start", range(100, 300, 20))
@pytest.mark.parametrize("problem_set", PROBLEM_SETS)
def test_the_model_answers_pass(problem_set, start):
    test_mutation.test_the_model_answers_pass_every_check_whatever_the_inputs(problem_set, range(start, start + 20))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("style", test_right_styles.STYLES)
def test_a_right_answer_passes(style, seed):
    for names in test_right_styles.WRITTEN:
        if names[0] == style:
            test_right_styles.test_a_right_answer_gets_full_marks_and_no_accusation(*names, seed)


@pytest.mark.parametrize("problem_set", PROBLEM_SETS)
def test_a_submission_gets_its_score_and_its_slips_mostly_and_never_another_slip(problem_set):
    unlike: Counter[tuple[str, str]] = Counter()
    for seed in SEEDS[:8]:
        for student, function, found, expected in test_mutation.found_and_expected(problem_set, seed):
            assert set(found[1]) <= set(expected[1]), (seed, student, function)
            unlike[student, function] += found != expected
    assert [names for names, times in unlike.items() if times > 3 and names[0] not in CHANCE] == []


@pytest.mark.parametrize("spoilt", test_never_guesses.SPOILT)
@pytest.mark.parametrize("names", test_never_guesses.FUNCTIONS, ids=" ".join)
def test_a_random_wrong_answer_has_no_name(names, spoilt):
    test_never_guesses.test_a_random_wrong_answer_is_wrong_without_a_name((*names, spoilt), SEEDS)
