"""On many more inputs: right answers pass, and wrong ones get the score and the name that they should."""

from __future__ import annotations

import pytest

from ..problem_sets import PROBLEM_SETS
from . import test_mutation, test_never_guesses, test_right_styles

pytestmark = pytest.mark.soak


@pytest.mark.parametrize("start", range(100, 300, 20))
@pytest.mark.parametrize("problem_set", PROBLEM_SETS)
def test_the_model_answers_pass(problem_set, start):
    test_mutation.test_the_model_answers_pass_every_check_whatever_the_inputs(problem_set, range(start, start + 20))


@pytest.mark.parametrize("seed", range(100, 108))
@pytest.mark.parametrize("problem_set", PROBLEM_SETS)
def test_every_submission_gets_its_score_and_its_slips(problem_set, seed):
    test_mutation.test_score_and_slips_of_each_submission(problem_set, seed)


@pytest.mark.parametrize("seed", range(100, 115))
@pytest.mark.parametrize("style", test_right_styles.STYLES)
def test_a_right_answer_passes(style, seed):
    for names in test_right_styles.WRITTEN:
        if names[0] == style:
            test_right_styles.test_a_right_answer_gets_full_marks_and_no_accusation(*names, seed)


@pytest.mark.parametrize("spoilt", test_never_guesses.SPOILT)
@pytest.mark.parametrize("names", test_never_guesses.FUNCTIONS, ids=" ".join)
def test_a_random_wrong_answer_has_no_name(names, spoilt):
    test_never_guesses.test_a_random_wrong_answer_is_wrong_without_a_name(*names, spoilt, range(100, 115))
