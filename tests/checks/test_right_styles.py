"""Whoever is right gets full marks and is accused of nothing, whatever the style.

One file a style in `tests/submissions/right/`. It is written like a submission, but the title of a cell says for which
problem sets it is, and which function it holds; the cell `setup` goes before all of them. What a style does not write
is the model answer.
"""

from __future__ import annotations

import re

import pytest

from missingsum import check

from ..problem_sets import PROBLEM_SETS
from ..submissions.in_process import Notebook, verdicts
from ..submissions.make import HERE, model_answers, read_student

GRADIENTS = {
    "ps1_losses": ("sigmoid_backward",),
    "ps2_missing_sum": ("missing_part", "softmax_backward"),
    "ps3_jacobian": ("softmax_jacobian", "softmax_backward", "log_softmax_backward"),
    "ps4_fused": ("softmax_cross_entropy_backward", "cross_entropy_from_labels_backward"),
    "ps5_gradient_check": ("central_difference", "relative_error", "gradient_check"),
    "ps6_network": ("linear_backward", "relu_backward", "loss_and_gradients"),
    "ps7_attention": ("masked_softmax", "scores_backward", "attention_backward"),
}
"""The functions that the course is about."""


def read_style(path):
    """What a style writes: for each problem set the cells, by the function that they hold."""
    cells = dict(read_student(path).cells)
    setup, found = cells.pop("setup", ""), {}
    for title, text in cells.items():
        *problem_sets, function = title.split()
        for problem_set in problem_sets:
            found.setdefault(problem_set, {"setup": setup})[function] = text
    return found


STYLES = {path.stem: read_style(path) for path in sorted((HERE / "right").glob("*.py"))}
WRITTEN = [
    (style, problem_set, function)
    for style, sets in STYLES.items()
    for problem_set, cells in sets.items()
    for function in cells
    if function != "setup"
]


def in_style(style, problem_set):
    own = STYLES[style][problem_set]
    return {"setup": own["setup"], **model_answers(problem_set), **own}


@pytest.mark.parametrize(("style", "problem_set", "function"), WRITTEN, ids=[" ".join(names) for names in WRITTEN])
def test_a_right_answer_gets_full_marks_and_no_accusation(style, problem_set, function, seed=1):
    cells = in_style(style, problem_set)
    found = verdicts(problem_set, cells, seed, functions=[function])
    assert found and [(v.check, v.message, v.slips) for v in found if not v.passed or v.slips] == []
    getattr(getattr(check, problem_set.split("_")[0]), function)(
        Notebook(cells).names[function]
    )  # or it raises CheckFailed


def test_twelve_styles_and_more_for_each_function_that_the_course_is_about():
    assert {problem_set for _, problem_set, _ in WRITTEN} == set(PROBLEM_SETS) == GRADIENTS.keys()
    for problem_set, functions in GRADIENTS.items():
        for function in functions:
            texts = {
                re.sub(r"\s+", "", STYLES[style][name][function])
                for style, name, written in WRITTEN
                if (name, written) == (problem_set, function)
            }
            assert len(texts) >= 12, (problem_set, function, len(texts))


def test_what_a_style_writes_is_what_is_graded():
    """The same cells with a sign turned round lose points."""
    for style, problem_set, function in WRITTEN[::11]:
        cells = in_style(style, problem_set)
        cells[function] += (
            f"\n__right = {function}\ndef {function}(*given):\n"
            "    return np.multiply(-1, np.array(__right(*given), dtype=float))"
        )
        if problem_set != "ps6_network" and not function.startswith("attention"):  # which return several arrays
            assert not all(v.passed for v in verdicts(problem_set, cells, functions=[function])), (style, function)
