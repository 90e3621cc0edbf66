"""Random wrong answers lose points, and no mistake is named for them."""

from __future__ import annotations

from itertools import cycle

import pytest

import checks

from ..problem_sets import PROBLEM_SETS
from ..samples import sampled
from ..submissions.in_process import verdicts
from ..submissions.make import model_answers

NO_NUMBERS = {
    ("ps5_gradient_check", "gradient_check"): "a verdict, of which there are two",
    ("ps5_gradient_check", "find_the_bugs"): "names of functions",
    ("ps6_network", "train"): "parameters, and all that recognise digits are right",
}
"""Functions whose answers are no numbers that could be spoilt, and what they are."""
FUNCTIONS = [
    (name, problem.name)
    for name in PROBLEM_SETS
    for problem in checks.load(name).problems
    if (name, problem.name) not in NO_NUMBERS
]
SPOILT = {
    "noise": "answer + 0.1 * (1 + np.abs(answer)) * random.normal(size=answer.shape)",
    "one entry changed": (
        "answer + 0.3 * (1 + np.abs(answer))"
        " * (np.arange(answer.size) == random.integers(answer.size)).reshape(answer.shape)"
    ),
    "another function": "np.cos(3 * answer) + 0.1 * random.normal()",
}

SPOIL = """
def spoil(answer):
    if isinstance(answer, tuple):
        return tuple(spoil(part) for part in answer)
    if isinstance(answer, dict):
        return {name: spoil(part) for name, part in answer.items()}
    answer = np.asarray(answer)
"""


ONE_OF_EACH = [(*names, spoilt) for names, spoilt in zip(FUNCTIONS, cycle(SPOILT))]
"""Every function is spoilt in one way here, and in all of them under ``soak``."""


@pytest.mark.parametrize("case", sampled(ONE_OF_EACH, 15, rest=pytest.mark.slow), ids=" ".join)
def test_a_random_wrong_answer_is_wrong_without_a_name(case, seeds=(1,)):
    problem_set, function, spoilt = case
    cells = model_answers(problem_set)
    for seed in seeds:
        cells[function] = (
            f"{model_answers(problem_set)[function]}\nright, random = {function}, np.random.default_rng({seed})\n"
            f"{SPOIL}    return {SPOILT[spoilt]}\ndef {function}(*given):\n    return spoil(right(*given))"
        )
        found = verdicts(problem_set, cells, seed, functions=[function])
        assert not all(v.passed for v in found)
        assert [v for v in found if v.slips] == []


@pytest.mark.parametrize("seed", sampled(range(8), 3))
def test_verdicts_by_chance_are_wrong_without_a_name(seed):
    """Right verdicts, some of them turned round: which ones, the candidate's numbers decide."""
    cells = model_answers("ps5_gradient_check")
    cells["gradient_check"] += f"""
right_check = gradient_check
def gradient_check(forward, backward, z, y):
    luck = int(1e6 * np.abs(np.nan_to_num(backward(z, y))).sum() + {seed} * 1e4) % 5
    return right_check(forward, backward, z, y) != (luck == 0)
"""
    found = verdicts("ps5_gradient_check", cells, seed, functions=["gradient_check", "find_the_bugs"])
    assert not all(v.passed for v in found)
    assert [v for v in found if v.slips] == []
