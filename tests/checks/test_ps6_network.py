"""The hidden and the local checks of problem set 6: mistakes are caught and named, right answers of all styles pass."""

from __future__ import annotations

import numpy as np
import pytest

from checks import load, ps6_network
from missingsum.check import CheckFailed, ps6

from ..submissions.make import model_answers, read_class
from ..waiting import least_processor_time
from .direct import Direct, passed
from .judging import judged
from .test_right_styles import STYLES

ASSIGNMENT = load("ps6_network")
ANSWERS = model_answers("ps6_network")
CLASS = {student.student: student for student in read_class(problem_set="ps6_network")}
LAYERS = ("linear_forward", "linear_backward", "relu_forward", "relu_backward", "loss_and_gradients")


def code_of(student) -> dict[str, str]:
    return ANSWERS | {name: text for name, text in student.cells if name in ANSWERS}


@pytest.mark.parametrize(
    "name",
    [
        "rosa_asks_scikit_learn",
        "rolf_remembers_his_network",
        "ada_right_loops",
        "noor_stops_too_early",
        "aiko_untouched",
    ],
)
def test_in_the_sandbox_scores_and_slips_are_the_same(name):
    top = {p.name: p.max_score for p in ASSIGNMENT.problems}
    result = judged(CLASS[name])
    assert {p.problem: (p.score, list(p.slips)) for p in result.problems} == {
        k: tuple(v) for k, v in CLASS[name].expected(top).items()
    }


@pytest.mark.parametrize("seed", range(20))
def test_the_model_answers_pass_whatever_the_seed(seed):
    caller = Direct(ANSWERS)
    for problem in LAYERS:
        assert not any(passed(ASSIGNMENT, problem, caller, seed).values())


def test_the_order_of_pixels_and_classes_is_drawn_anew_and_loses_nothing():
    (X, y), (X_new, labels) = ps6_network.split(np.random.default_rng(0), 500)
    (X_again, _), _ = ps6_network.split(np.random.default_rng(0), 500)
    (X_other, _), _ = ps6_network.split(np.random.default_rng(1), 500)
    assert (
        X.shape == (1297, 64) and y.shape == (1297, 10) and X_new.shape == (500, 64) and set(labels) == set(range(10))
    )
    assert (X == X_again).all() and (np.sort(X.mean(axis=0)) != np.sort(X_other.mean(axis=0))).any()
    assert (y.sum(axis=1) == 1).all() and 0 <= X.min() and X.max() == 1


def test_a_network_trained_before_on_the_digits_as_they_come_is_useless():
    X, y = ps6.digits()
    params = Direct(ANSWERS)("train", X, y, 0).answer
    _, (X_new, labels) = ps6_network.split(np.random.default_rng(0), 500)
    assert ps6_network.measured(params, X, y.argmax(axis=1)) > 0.98
    assert ps6_network.measured(params, X_new, labels) < 0.5


# --- The local checks -------------------------------------------------------------------------------------------------


def local(function: str, cells: dict[str, str]) -> str:
    names = Direct(cells).names
    try:
        getattr(ps6, function)(names[function])
    except CheckFailed as failed:
        return " ".join(str(failed).split())
    return ""


@pytest.mark.parametrize("name", [name for name in CLASS if "right" in name])
@pytest.mark.parametrize("function", LAYERS)
def test_right_answers_pass_their_local_checks_at_once(name, function):
    def tried() -> None:
        assert local(function, code_of(CLASS[name])) == ""

    assert least_processor_time(tried, 0.4) < 0.4  # the student's own loops are in it


def test_a_trained_network_passes_its_local_check():
    assert local("train", ANSWERS) == ""


@pytest.mark.parametrize(
    ("name", "function", "said"),
    [
        ("igor_no_bias", "linear_forward", "each row is b"),
        ("ines_averages_the_bias", "linear_backward", "divided by the number of rows"),
        ("iris_averages_the_weights", "linear_backward", "✗ dW"),
        ("ivan_other_order", "linear_backward", "✗ dX"),
        ("jonas_spoils_g", "linear_backward", "changes an array"),
        ("kira_leaky", "relu_forward", "no entry is negative"),
        ("karim_absolute_value", "relu_forward", "0 or the entry of z"),
        ("liam_one_at_zero", "relu_backward", "✗ 0 at z = 0"),
        ("lotte_ignores_upstream", "relu_backward", "it should be"),
        ("carla_no_mean", "loss_and_gradients", "too large by the number of rows n: the loss averages"),
        ("dario_wrong_sign", "loss_and_gradients", "The sign is the wrong way round"),
        ("dev_no_relu_backward", "loss_and_gradients", "✗ the gradient of W1"),
        ("felix_loss_is_a_sum", "loss_and_gradients", "✗ the loss"),
        ("flora_overflows", "loss_and_gradients", "✗ logits of any size"),
        ("henk_tuple_of_arrays", "loss_and_gradients", "a dict with the keys W1, b1, W2, b2 is expected"),
        ("hugo_steps_inside", "loss_and_gradients", "changes the parameters"),
        ("noor_stops_too_early", "train", "✗ at least 93 %"),
        ("sami_returns_nothing", "train", "it returns None"),
    ],
)
def test_wrong_answers_are_told_what_is_wrong(name, function, said):
    assert said in local(function, code_of(CLASS[name]))


def test_a_network_that_does_without_the_layers_is_checked_and_explained_by_them():
    alone = {"loss_and_gradients": STYLES["columns"]["ps6_network"]["loss_and_gradients"]}
    assert local("loss_and_gradients", alone) == ""
    wrong = {"loss_and_gradients": alone["loss_and_gradients"].replace("(Z1 > 0)", "1")}
    assert "linear_forward, which is not defined yet" in local("loss_and_gradients", wrong)
    assert "ReLU is left out" in local("loss_and_gradients", ANSWERS | wrong)


def test_a_function_is_measured_only_against_one_that_passes():
    assert "does not pass its own check yet" in local(
        "relu_backward", ANSWERS | {"relu_forward": "def relu_forward(z):\n    return -z"}
    )
    assert "is not defined yet" in local("relu_backward", {"relu_backward": ANSWERS["relu_backward"]})
