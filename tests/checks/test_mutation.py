"""Each hidden check is worth its place: without it, a wrong submission of the class gets through."""

from __future__ import annotations

import pytest

import checks

from ..problem_sets import PROBLEM_SETS
from ..samples import sampled
from ..submissions.in_process import verdicts
from ..submissions.make import model_answers, read_class
from ..submissions.matrix import judged, losses, wrong_and_named

CLASSES = sampled(PROBLEM_SETS, 2, rest=pytest.mark.slow)
"""To judge a class takes up to ten seconds."""
ALL = [
    pytest.param(name, problem.name, check.name, marks=marks, id=f"{name} {problem.name} {check.name}")
    for ((name,), marks, _) in CLASSES
    for problem in checks.load(name).problems
    for check in problem.checks
]


@pytest.mark.parametrize(("problem_set", "function", "check"), ALL)
def test_without_this_check_a_wrong_submission_gets_through(problem_set, function, check):
    only = [
        student
        for (student, name), failed in losses(problem_set).items()
        if name == function and [v.check for v in failed] == [check]
    ]
    assert only, f"nobody in tests/submissions/{problem_set} fails this check alone"


@pytest.mark.parametrize("problem_set", PROBLEM_SETS)
def test_the_model_answers_pass_every_check_whatever_the_inputs(problem_set, seeds=range(5)):
    for seed in seeds:
        assert [v for v in verdicts(problem_set, model_answers(problem_set), seed) if not v.passed] == []


def found_and_expected(problem_set, seed=1):
    """Score and slips of each student and function, as they are and as they should be."""
    top = {problem.name: problem.max_score for problem in checks.load(problem_set).problems}
    results = judged(problem_set, seed)
    assert results, f"nobody in tests/submissions/{problem_set} starts from the model answers"
    for student in read_class(sorted(results), problem_set):
        for function, (score, slips) in student.expected(top).items():
            given = [verdict for verdict in results[student.student] if verdict.function == function]
            named = list(dict.fromkeys(slip for verdict in given for slip in verdict.slips))
            points = sum(verdict.points for verdict in given if verdict.passed)
            yield student.student, function, (points, named), (score, list(slips))


@pytest.mark.parametrize("problem_set", CLASSES)
def test_score_and_slips_of_each_submission(problem_set):
    for student, function, found, expected in found_and_expected(problem_set):
        assert found == expected, (student, function)


@pytest.mark.parametrize("problem_set", PROBLEM_SETS)
def test_a_stub_earns_nothing(problem_set):
    stubs = {
        name: f"def {name}(*arguments):\n    raise NotImplementedError('not yet')"
        for name in model_answers(problem_set)
    }
    assert not any(v.passed for v in verdicts(problem_set, stubs))


@pytest.mark.parametrize("problem_set", CLASSES)
def test_nine_wrong_answers_in_ten_are_told_which_mistake_they_are(problem_set):
    wrong, told = wrong_and_named(problem_set)
    assert wrong >= 40 and told >= 0.9 * wrong
