"""The mistakes that people make with softmax and cross-entropy lose points, and are called by their names."""

from __future__ import annotations

import pytest

import checks
from missingsum.slips import SLIPS

from ..submissions import matrix
from ..submissions.in_process import cells_of, verdicts
from ..submissions.make import HERE, read_student
from ..submissions.mistakes import MISTAKES
from .test_mutation import CLASSES


@pytest.mark.parametrize(
    ("mistake", "slip", "student", "functions"), MISTAKES, ids=[f"{row[0]} {row[2]}" for row in MISTAKES]
)
def test_a_mistake_loses_points_and_is_named(mistake, slip, student, functions):
    submission = read_student(HERE / f"{student}.py")
    top = {problem.name: problem.max_score for problem in checks.load(submission.problem_set).problems}
    for function in functions.split():
        found = verdicts(submission.problem_set, cells_of(submission), functions=[function])
        assert sum(v.points for v in found if v.passed) < top[function], function
        assert {name for v in found for name in v.slips} == {slip}, function
        assert slip in SLIPS


@pytest.mark.parametrize(
    ("student", "function"),
    [
        ("ps2_missing_sum/fatima_right_class", "softmax_backward"),
        ("ps3_jacobian/bela_right_einsum", "softmax_backward"),
        ("ps4_fused/petter_own_invention", "softmax_cross_entropy_backward"),
    ],
)
def test_neither_a_right_answer_nor_an_invention_would_pass_for_a_mistake(student, function):
    with pytest.raises(AssertionError):
        test_a_mistake_loses_points_and_is_named("", "missing-sum", student, function)


def test_the_matrix_shows_what_is_not_caught_and_what_is_not_named(monkeypatch):
    monkeypatch.setattr(
        matrix,
        "MISTAKES",
        [
            ("missing-sum", "missing-sum", f"ps4_fused/{student}", "softmax_cross_entropy_backward")
            for student in ("selma_diagonal_only", "petter_own_invention", "bela_right_logaddexp")
        ],
    )
    table = matrix.mistakes_by_function("ps4_fused")
    assert "2/1" in table and "2 of 3 were caught, 1 of 3 named" in table


@pytest.mark.parametrize("problem_set", CLASSES)
def test_the_matrix_has_a_cell_for_each_mistake_and_function(problem_set):
    filled = {
        (mistake, function)
        for mistake, _, student, functions in MISTAKES
        if student.startswith(problem_set)
        for function in functions.split()
    }
    assert filled, f"no mistake of {problem_set} is in tests/submissions/mistakes.py"
    rows = matrix.mistakes_by_function(problem_set).splitlines()[2:-1]
    assert len(filled) == sum(row.count("/") for row in rows)
