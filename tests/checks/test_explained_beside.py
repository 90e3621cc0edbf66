"""A slip that one check names explains the answers of the others too, where its formula gives them, and only there."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checking.protocol import Failed, Outcome, explained_beside
from missingsum.diagnosis import Sample, Variant, at_special_inputs, find
from missingsum.explain.finding import Finding

from ..submissions.in_process import verdicts
from ..submissions.make import model_answers


def left_open(problem_set: str, function: str, cell: str) -> tuple[set[str], list[str]]:
    """The slips that are named, and the checks that nothing explains."""
    given = verdicts(problem_set, {**model_answers(problem_set), function: cell}, functions=[function])
    wrong = [verdict for verdict in given if verdict.outcome is Outcome.WRONG]
    return {slip for v in wrong for slip in v.slips}, [v.check for v in wrong if not v.slips]


EXPLAINED = {
    "one row and a class of probability 0": (
        "ps2_missing_sum",
        "softmax_backward",
        "def softmax_backward(s, g):\n    return g * s * (1 - s)",
        "missing-sum",
    ),
    "logits of any size": (
        "ps2_missing_sum",
        "softmax_forward",
        "def softmax_forward(z):\n    e = np.exp(z.min(axis=1, keepdims=True) - z)\n"
        "    return e / e.sum(axis=1, keepdims=True)",
        "wrong-point",
    ),
    "another shape": (
        "ps6_network",
        "linear_backward",
        "def linear_backward(X, W, g):\n    return g @ W.T, X.T @ g, g.sum(axis=1)",
        "bias-along-the-rows",
    ),
    "float32": (
        "ps4_fused",
        "softmax_cross_entropy_backward",
        "def softmax_cross_entropy_backward(z, y):\n    e = np.exp(z - z.max(axis=1, keepdims=True))\n"
        "    return y - e / e.sum(axis=1, keepdims=True) * y.sum(axis=1, keepdims=True)",
        "sign",
    ),
    "many classes": (
        "ps3_jacobian",
        "softmax_backward",
        "def softmax_backward(s, g):\n    return s * g",
        "missing-dot",
    ),
    "large logits of a network": (
        "ps6_network",
        "loss_and_gradients",
        model_answers("ps6_network")["loss_and_gradients"].replace("return loss, {", "return -loss, {", 1),
        "loss-lacks-minus",
    ),
}


@pytest.mark.parametrize(("problem_set", "function", "cell", "slip"), EXPLAINED.values(), ids=EXPLAINED)
def test_what_a_named_slip_explains_is_not_left_open(problem_set, function, cell, slip):
    named, open_ = left_open(problem_set, function, cell)
    assert slip in named and open_ == []


def test_what_it_does_not_explain_stays_open():
    cell = "def softmax_backward(s, g):\n    return g * (s > 0) / len(s)"
    named, open_ = left_open("ps2_missing_sum", "softmax_backward", cell)
    assert "identity" in named and open_ == ["a class of probability 0"]


def failures(answer: float) -> list[Failed | None]:
    """Of two checks that find half, of one that passed, and of one with this answer where 3 is right."""
    found_from = [Sample(None, np.array([2.0, 3.0]), np.array([1.0, 1.5]))] * 2
    half = find(found_from, [Variant(("half",), lambda data: np.array([1.0, 1.5]))])
    other = Sample(None, np.array([2.0, 3.0]), np.array([1.0, answer]))
    wrong = Failed("wrong.", half, samples=found_from)
    return [wrong, wrong, None, Failed("wrong.", samples=[other])]


@pytest.mark.parametrize(("answer", "slips"), [(1.5, ("half",)), (1.4, ())])
def test_a_formula_is_held_to_the_answers_of_other_checks(answer, slips):
    assert [found.slips for found in explained_beside(failures(answer))] == [("half",), ("half",), (), slips]


def test_what_raises_is_explained_by_its_own_names_alone():
    failed = Failed("it raises.", (), Outcome.RAISED, failures(1.5)[3].samples)
    assert [found.slips for found in explained_beside([failures(1.5)[0], failed])] == [("half",), ()]


LABELS = model_answers("ps4_fused")["cross_entropy_from_labels_forward"]


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("labels]).mean()", "labels - 1]).mean()", {"one-off"}),
        ("np.arange(len(z)), labels]", "np.arange(z.shape[1]), labels - 1]", set()),
    ],
)
def test_a_name_found_where_shapes_fit_is_given_only_if_it_explains_the_error_elsewhere(old, new, named):
    cell = LABELS.replace(old, new)
    assert cell != LABELS
    function = "cross_entropy_from_labels_forward"
    given = verdicts("ps4_fused", {**model_answers("ps4_fused"), function: cell}, functions=[function])
    assert {slip for v in given for slip in v.slips if v.check == "values of a batch"} == named


def found(slips, answers, weight=1.0):
    """A check that finds these slips, whose formula gives just these answers."""
    sample = Sample(None, np.ones(2), np.full(2, answers[0]))
    fits = Finding(slips, ("it is so",), weight, fits=lambda samples: all(s.answer[0] in answers for s in samples))
    return Failed("wrong.", fits, samples=[sample] * 2)


def unexplained(answer):
    return Failed("wrong.", samples=[Sample(None, np.ones(2), np.full(2, answer))])


def test_of_two_formulas_the_one_that_explains_more_checks_is_told_and_no_detail_of_the_other():
    by_chance, general = found(("left-out",), [2.0]), found(("once-too-often",), [3.0, 2.0])
    first, second = explained_beside([by_chance, general])
    assert first.slips == second.slips == ("once-too-often",)
    assert by_chance.with_details(first) == "wrong." and "It is so" in general.with_details(second)


def test_one_mistake_is_not_told_as_two_because_another_check_shows_two():
    first, second = explained_beside([found(("sign",), [2.0]), found(("sign", "half"), [3.0, 2.0])])
    assert (first.slips, second.slips) == (("sign",), ("sign", "half"))


@pytest.mark.parametrize(
    ("weight", "others", "slips"),
    [
        (1.0, [5.0], ("sign",)),
        (1.0, [5.0, 6.0], ()),
        (1.0, [2.0, 5.0, 6.0], ("sign",)),
        (1.0, [2.0, 5.0, 6.0, 7.0], ()),
        (2.0, [5.0], ()),
        (2.0, [2.0, 2.0], ("sign",)),
    ],
)
def test_a_name_that_explains_fewer_checks_than_it_leaves_open_is_not_told_nor_two_changes_that_leave_any(
    weight, others, slips
):
    assert explained_beside([found(("sign",), [2.0], weight), *map(unexplained, others)])[0].slips == slips


def test_what_special_inputs_show_is_not_told_where_another_check_is_unexplained():
    overflow = Failed("wrong.", at_special_inputs("exp-overflow"))
    assert explained_beside([found(("sign",), [2.0]), overflow])[1].slips == ("exp-overflow",)
    assert explained_beside([unexplained(5.0), overflow])[1].slips == ()
