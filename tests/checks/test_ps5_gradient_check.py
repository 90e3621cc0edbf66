"""The hidden and the local checks of problem set 5: mistakes are caught, right answers pass, nothing leaks."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checking.protocol import Failed
from checks import load
from checks.ps5_gradient_check import expecting
from missingsum.check import CheckFailed, ps5

from ..submissions.in_process import verdicts
from ..submissions.make import model_answers, read_class
from ..waiting import least_processor_time
from .direct import Direct, passed
from .judging import judged

ASSIGNMENT = load("ps5_gradient_check")
ANSWERS = model_answers("ps5_gradient_check")
CLASS = {student.student: student for student in read_class(problem_set="ps5_gradient_check")}
HOSTILE = (
    "aiko_untouched",
    "ugo_calls_for_ever",
    "vera_looks_behind_the_function",
    "otto_asks_the_package",
    "wim_complex_step",
)
AFTER_A_RIGHT_VALUE = ("the input stays as it is", "the inputs stay as they are")
FUNCTIONS = ("central_difference", "relative_error", "gradient_check", "find_the_bugs")


def code_of(student) -> dict[str, str]:
    return ANSWERS | {name: text for name, text in student.cells if name in ANSWERS}


@pytest.mark.parametrize(
    "name", [*HOSTILE, "ada_right_loops", "liam_absolute_tolerance", "marek_shapes_raise", "kira_narrow_tolerance"]
)
def test_in_the_sandbox_scores_and_slips_are_the_same(name):
    result = judged(CLASS[name])
    top = {p.name: p.max_score for p in ASSIGNMENT.problems}
    assert {p.problem: (p.score, list(p.slips)) for p in result.problems} == {
        k: tuple(v) for k, v in CLASS[name].expected(top).items()
    }


@pytest.mark.parametrize("seed", range(6))
def test_the_model_answers_pass_whatever_the_seed(seed):
    for problem in FUNCTIONS:
        assert not any(passed(ASSIGNMENT, problem, Direct(ANSWERS), seed).values())


@pytest.mark.parametrize(("h", "tolerance"), [(1e-6, 1e-5), (1e-5, 1e-6), (1e-4, 3e-4), (3e-5, 1e-4)])
def test_any_sensible_step_and_tolerance_pass(h, tolerance):
    source = ANSWERS["gradient_check"].replace("z, 1e-5)", f"z, {h})").replace("< 1e-5", f"< {tolerance}")
    assert source != ANSWERS["gradient_check"]
    assert not any(passed(ASSIGNMENT, "gradient_check", Direct(ANSWERS | {"gradient_check": source}), 1).values())


@pytest.mark.parametrize("body", ["True", "False", "None", "1", "np.ones(3)", "'yes'", "bool(COIN.integers(2))"])
def test_a_verdict_that_does_not_look_earns_nothing(body):
    source = f"COIN = np.random.default_rng(3)\ndef gradient_check(forward, backward, z, y):\n    return {body}"
    said = passed(ASSIGNMENT, "gradient_check", Direct(ANSWERS | {"gradient_check": source}))
    assert sum(bool(text) for name, text in said.items() if name not in AFTER_A_RIGHT_VALUE) == 3


@pytest.mark.parametrize("looks", ["np.any(given)", "np.any(given) and abs(given.sum()) < 1e-9"])
def test_a_checker_that_looks_at_the_gradient_alone_earns_nothing(looks):
    source = (
        "def gradient_check(forward, backward, z, y):\n    given = backward(z, y)\n"
        f"    return bool(np.shape(given) == z.shape and np.isfinite(given).all() and {looks})"
    )
    assert all(passed(ASSIGNMENT, "gradient_check", Direct(ANSWERS | {"gradient_check": source})).values())


def test_what_goes_over_the_pipe_takes_real_arrays_of_its_shape_only():
    f = expecting(x=(2, 3))(lambda x: float(x.sum()))
    assert f(np.ones((2, 3))) == 6 and f(np.ones((2, 3), dtype=int)) == 6
    for argument in (
        np.ones((3, 2)),
        np.ones(10**6),
        1.0,
        None,
        np.ones((2, 3), dtype=complex),
        [[1, 2, 3], [4, 5, 6]],
    ):
        with pytest.raises(ValueError, match="real numbers"):
            f(argument)
    assert f(x=np.ones((2, 3))) == 6
    with pytest.raises(ValueError, match=r"takes one argument, \(x\), and is called with 2"):
        f(np.ones((2, 3)), 2)
    with pytest.raises(ValueError, match="some of them called a"):
        f(a=np.ones((2, 3)))


def test_a_function_that_keeps_what_it_was_given_cannot_change_the_judges_arrays():
    z = np.zeros((2, 2))

    def greedy(x):
        x += 1
        return x

    expecting(x=(2, 2))(greedy)(z)
    assert not z.any()


# --- The local checks -------------------------------------------------------------------------------------------------


def local(function: str, cells: dict[str, str]) -> str:
    """What the local check says, "" if it passes."""
    names = Direct(cells).names
    try:
        getattr(ps5, function)(names[function])
    except CheckFailed as failed:
        return " ".join(str(failed).split())
    return ""


@pytest.mark.parametrize("name", [name for name, s in CLASS.items() if "right" in name])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_right_answers_pass_their_local_checks_within_200_ms(name, function, capsys):
    def tried() -> None:
        assert local(function, code_of(CLASS[name])) == ""

    assert least_processor_time(tried, 0.2) < 0.2 and "✓" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "function", "said"),
    [
        ("ben_forward_difference", "central_difference", "to one side of x only"),
        ("carla_divides_by_h", "central_difference", "it should be"),
        ("cleo_own_step", "central_difference", "it should be"),
        ("dina_moves_the_callers_array", "central_difference", "it changes an array"),
        ("karl_whole_numbers", "central_difference", "an array of integers"),
        ("gita_size_of_the_first", "relative_error", "it should be"),
        ("hugo_zero_over_zero", "relative_error", "it should be 0"),
        ("igor_always_true", "gradient_check", "refuses zeros"),
        ("jana_always_false", "gradient_check", "accepts a right gradient"),
        ("lotte_lets_nan_pass", "gradient_check", "✗ refuses one with a nan"),
        ("marek_shapes_raise", "gradient_check", "✗ refuses one of another shape"),
        ("petra_returns_the_error", "gradient_check", "True or False is expected"),
        ("pia_not_sorted", "find_the_bugs", "in this order"),
        ("quinn_returns_a_set", "find_the_bugs", "a list of names is expected"),
        ("tara_forgets_the_mean", "find_the_bugs", "wrong are"),
    ],
)
def test_wrong_answers_are_told_what_is_wrong(name, function, said):
    assert said in local(function, code_of(CLASS[name]))


def test_an_unwritten_function_says_so():
    body = "raise NotImplementedError('gradient_check is not written yet')"
    stub = {"gradient_check": f"def gradient_check(forward, backward, z, y):\n    {body}"}
    assert "gradient_check is not written yet" in local("gradient_check", ANSWERS | stub)
    with pytest.raises(Failed, match="NotImplementedError"):
        Direct(ANSWERS | stub)("gradient_check", None, None, None, None)


ELSEWHERE = """
def gradient_check(forward, backward, z, y):
    z, g, size = z.copy(), backward(z, y), 0.0
    if g.shape != z.shape:
        return False
    measured = np.zeros(z.shape)
    for k in range(z.size):
        before = z.flat[k]
        z.flat[k] = before + 1e-5
        above = forward(z, y)
        z.flat[k] = before ** 2 - 1e-5
        measured.flat[k] = (above - forward(z, y)) / 2e-5
        z.flat[k] = before
    return bool(np.linalg.norm(g - measured) <= 1e-5 * max(np.linalg.norm(g), np.linalg.norm(measured)))
"""
CONSTANT = """
def find_the_bugs(candidates, z, y):
    return sorted(name for name, g in candidates.items() if not gradient_check(lambda z, y: 3.0, g, z, y))
"""


@pytest.mark.parametrize(("function", "cell"), [("gradient_check", ELSEWHERE), ("find_the_bugs", CONSTANT)])
def test_what_several_mistakes_would_show_alike_has_no_name_under_any_seed(function, cell):
    """A loss at another place, and one that never changes, are none of the mistakes whose verdicts look the same."""
    for seed in range(1, 7):
        failed = [v for v in verdicts("ps5_gradient_check", {**ANSWERS, function: cell}, seed, [function]) if v.message]
        assert failed and not any(verdict.slips for verdict in failed)
