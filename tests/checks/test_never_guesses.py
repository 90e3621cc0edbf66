"""Random wrong answers lose points, and no mistake is named for them."""

from __future__ import annotations

import checks
import pytest

from ..submissions.in_process import verdicts
from ..submissions.make import model_answers

FUNCTIONS = [(name, problem.name) for name in ("ps1_losses", "ps3_jacobian", "ps4_fused") for problem in checks.load(name).problems]
SPOILT = {
    "noise": "answer + 0.1 * (1 + np.abs(answer)) * random.normal(size=answer.shape)",
    "one entry changed": "answer + 0.3 * (1 + np.abs(answer)) * (np.arange(answer.size) == random.integers(answer.size)).reshape(answer.shape)",
    "another function": "np.cos(3 * answer) + 0.1 * random.normal()",
}


@pytest.mark.parametrize("spoilt", SPOILT)
@pytest.mark.parametrize(("problem_set", "function"), FUNCTIONS, ids=[" ".join(names) for names in FUNCTIONS])
def test_a_random_wrong_answer_is_wrong_without_a_name(problem_set, function, spoilt):
    cells = model_answers(problem_set)
    for seed in (1, 2):
        cells[function] = (
            f"{model_answers(problem_set)[function]}\nright, random = {function}, np.random.default_rng({seed})\n"
            f"def {function}(*given):\n    answer = np.asarray(right(*given))\n    return {SPOILT[spoilt]}"
        )
        found = [v for v in verdicts(problem_set, cells, seed) if v.function == function]
        assert not all(v.passed for v in found)
        assert [v for v in found if v.slips] == []
