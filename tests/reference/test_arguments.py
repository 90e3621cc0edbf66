"""What the functions accept, keep, leave alone and refuse."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import reference

RNG = np.random.default_rng(0)
Z, Y, G = RNG.normal(size=(4, 3)), RNG.random((4, 3)), RNG.normal(size=(4, 3))
S = reference.softmax_forward(Z)
LABELS = np.array([0, 2, 1, 2])

MASK = np.array([[True, False, True], [True, True, True], [False, False, False], [False, True, False]])
LOG_S = np.log(S)

Q, K, V, DO = (RNG.normal(size=shape) for shape in ((4, 5), (3, 5), (3, 2), (4, 2)))
OUT, LSE = reference.attention_forward_in_blocks(Q, K, V, None, 2)

CALLS = {
    "attention_backward": (Q, K, V, MASK, DO),
    "attention_backward_in_blocks": (Q, K, V, None, DO, OUT, LSE, 2),
    "attention_forward": (Q, K, V, MASK),
    "attention_forward_in_blocks": (Q, K, V, MASK, 2),
    "delta": (OUT, DO),
    "scores_backward": (S, G),
    "bce_backward": (S, Y),
    "bce_forward": (S, Y),
    "bce_with_logits_targets_backward": (Z, Y),
    "cross_entropy_targets_backward": (S, Y),
    "focal_backward": (Z, Y),
    "focal_forward": (Z, Y),
    "kl_divergence_backward": (LOG_S, Y),
    "kl_divergence_forward": (LOG_S, Y),
    "kl_divergence_targets_backward": (LOG_S, Y),
    "log_sigmoid_backward": (Z, G),
    "log_sigmoid_forward": (Z,),
    "masked_softmax": (Z, MASK),
    "mse_targets_backward": (Z, Y),
    "nll_from_labels_backward": (LOG_S, LABELS),
    "nll_from_labels_forward": (LOG_S, LABELS),
    "softcap_backward": (Z, G, 2.5),
    "softcap_forward": (Z, 2.5),
    "softmax_cross_entropy_targets_backward": (Z, Y),
    "z_loss_backward": (Z,),
    "z_loss_forward": (Z,),
    "mse_forward": (Z, Y),
    "mse_backward": (Z, Y),
    "sigmoid_forward": (Z,),
    "sigmoid_backward": (Y, G),
    "cross_entropy_forward": (S, Y),
    "cross_entropy_backward": (S, Y),
    "bce_with_logits_forward": (Z, Y),
    "bce_with_logits_backward": (Z, Y),
    "softmax_forward": (Z,),
    "softmax_jacobian": (S,),
    "softmax_backward": (S, G),
    "log_softmax_forward": (Z,),
    "log_softmax_backward": (Z, G),
    "logsumexp": (Z,),
    "mse_softmax_backward": (Z, Y),
    "cross_entropy_gradient": (S, Y),
    "cross_entropy_gradient_missing_part": (S, Y),
    "softmax_cross_entropy_forward": (Z, Y),
    "softmax_cross_entropy_backward": (Z, Y),
    "cross_entropy_from_labels_forward": (Z, LABELS),
    "cross_entropy_from_labels_backward": (Z, LABELS),
    "cross_entropy_from_labels": (Z, LABELS),
    "focal_from_labels_forward": (Z, LABELS),
    "focal_from_labels_backward": (Z, LABELS),
    "linear_forward": (Z, Y[:3], G[0]),
    "linear_backward": (Z, Y[:3], G),
    "relu_forward": (Z,),
    "relu_backward": (Z, G),
}
TWO_ARRAYS = [name for name, arguments in CALLS.items() if len(arguments) == 2 and np.ndim(arguments[1])]


def changed(change, arguments):
    """The arguments, with the arrays among them changed."""
    return [change(a) if isinstance(a, np.ndarray) else a for a in arguments]


def call(name, arguments):
    """The results of a call, always as a tuple of arrays."""
    result = getattr(reference, name)(*arguments)
    return result if isinstance(result, tuple) else (result,)


def test_every_function_is_called_here():
    assert set(CALLS) | {"smooth_labels"} == set(reference.__all__)


def test_the_page_of_the_interface_lists_every_function_and_no_other():
    page = (Path(__file__).parents[2] / "chapters/api.md").read_text(encoding="utf-8")
    listed = re.findall(r"`(\w+)`", page[page.index("| subject | functions |") : page.index("Losses take a")])
    assert sorted(listed) == sorted(reference.__all__)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_is_kept(name, dtype):
    arguments = changed(lambda a: a.astype(dtype) if a.dtype.kind == "f" else a, CALLS[name])
    assert all(result.dtype == dtype for result in call(name, arguments))


@pytest.mark.parametrize("name", CALLS)
def test_the_dtype_of_the_first_argument_rules(name):
    first, *others = CALLS[name]
    assert all(result.dtype == np.float32 for result in call(name, [first.astype(np.float32), *others]))


@pytest.mark.parametrize("name", CALLS)
def test_integers_give_what_the_same_floats_give(name):
    arguments = changed(lambda a: np.rint(3 * a).astype(int) if a.dtype.kind == "f" else a, CALLS[name])
    if name.startswith(("cross_entropy_forward", "cross_entropy_backward", "cross_entropy_targets", "bce_")):
        arguments[0] = np.ones((4, 3), dtype=int)
    if name in ("kl_divergence_targets_backward", "bce_forward"):
        arguments[1] = np.ones((4, 3), dtype=int)
    floats = changed(lambda a: a.astype(float) if a is not LABELS and a is not MASK else a, arguments)
    for ours, expected in zip(call(name, arguments), call(name, floats)):
        assert ours.dtype == np.float64
        np.testing.assert_array_equal(ours, expected)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    "layout",
    [np.asfortranarray, lambda a: np.repeat(a, 2, axis=-1)[..., ::2], lambda a: a[::-1].copy()[::-1]],
    ids=["columns first", "every other", "backwards"],
)
def test_the_memory_layout_makes_no_difference(name, layout):
    for ours, expected in zip(call(name, changed(layout, CALLS[name])), call(name, CALLS[name])):
        np.testing.assert_allclose(ours, expected, rtol=1e-14, atol=1e-16)


@pytest.mark.parametrize("name", CALLS)
def test_inputs_are_never_changed_and_never_handed_back(name):
    arguments = changed(np.copy, CALLS[name])
    results = call(name, arguments)
    for before, after in zip(CALLS[name], arguments):
        np.testing.assert_array_equal(before, after)
        assert not any(np.may_share_memory(after, result) for result in results)


@pytest.mark.parametrize("name", TWO_ARRAYS)
def test_shapes_that_differ_are_refused_by_naming_both(name):
    first, second = CALLS[name]
    with pytest.raises(ValueError) as refused:
        call(name, [first, second[:-1]])
    assert str(first.shape) in str(refused.value) and str(second[:-1].shape) in str(refused.value)


@pytest.mark.parametrize("name", ["softmax_forward", "softmax_jacobian", "logsumexp", "log_softmax_forward"])
@pytest.mark.parametrize("shape", [(3,), (), (2, 3, 4)], ids=str)
def test_what_is_no_matrix_is_refused(name, shape):
    with pytest.raises(ValueError, match=r"\(n, c\) is expected"):
        call(name, [np.ones(shape)])


def test_a_linear_layer_refuses_shapes_that_do_not_fit():
    X, W, b, g = np.ones((5, 2)), np.ones((2, 3)), np.ones(3), np.ones((5, 3))
    for bad, shapes in (((X.T, W, b), ("(2, 5)", "(2, 3)")), ((X, W, b[:2]), ("(2,)", "(2, 3)"))):
        with pytest.raises(ValueError) as refused:
            reference.linear_forward(*bad)
        assert all(shape in str(refused.value) for shape in shapes)
    with pytest.raises(ValueError, match=r"\(3, 5\).*\(5, 3\)"):
        reference.linear_backward(X, W, g.T)


def test_complex_numbers_and_texts_are_refused():
    for values in (np.ones((2, 2), dtype=complex), np.array([["a"]])):
        with pytest.raises(TypeError, match="real numbers are expected"):
            reference.softmax_forward(values)


@pytest.mark.parametrize(
    "function",
    [
        reference.cross_entropy_from_labels_forward,
        reference.cross_entropy_from_labels_backward,
        reference.cross_entropy_from_labels,
    ],
)
def test_labels_that_are_no_class_are_refused_with_their_row(function):
    for label in (3, -1):
        with pytest.raises(ValueError, match=rf"labels\[1\] is {label}"):
            function(Z, np.array([0, label, 1, 2]))
    with pytest.raises(TypeError, match="integers are expected"):
        function(Z, np.array([0.0, 1.0, 2.0, 0.0]))
    with pytest.raises(ValueError, match=r"\(4, 1\).*\(4, 3\)"):
        function(Z, LABELS[:, None])


@pytest.mark.parametrize("name", CALLS)
def test_no_rows_give_no_rows_and_a_loss_of_0(name):
    rows = len(CALLS[name][0])
    arguments = [a[:0] if np.ndim(a) and len(a) == rows else a for a in CALLS[name]]
    with np.errstate(all="raise"):
        for result in call(name, arguments):
            assert result.shape[:1] == (0,) or not result.any()


@pytest.mark.parametrize(
    "name", ["softmax_forward", "logsumexp", "softmax_cross_entropy_backward", "cross_entropy_from_labels"]
)
def test_no_classes_are_refused(name):
    with pytest.raises(ValueError, match="at least one class"):
        call(
            name,
            [
                np.ones((2, 0)),
                *([np.ones((2, 0))] if "softmax_cross" in name else []),
                *([np.array([-100, -100])] if "labels" in name else []),
            ],
        )


def test_rows_without_a_softmax_become_nan_and_leave_the_others_alone():
    z = np.array([[-np.inf, -np.inf, -np.inf], [0.0, np.inf, 1.0], [0.0, np.nan, 1.0], [1.0, -np.inf, 1.0]])
    y = np.eye(3)[[0, 1, 2, 0]]
    with np.errstate(all="raise"):
        for result in (
            reference.softmax_forward(z),
            reference.softmax_cross_entropy_backward(z, y),
            reference.cross_entropy_from_labels(z, [0, 1, 2, 0])[1],
        ):
            assert np.isnan(result[:3]).all()
            assert np.isfinite(result[3]).all()


def test_a_target_that_is_ruled_out_costs_everything_and_pulls_with_all_its_weight():
    z = np.array([[0.0, -np.inf]])
    assert reference.cross_entropy_from_labels_forward(z, [1]) == np.inf
    np.testing.assert_array_equal(reference.cross_entropy_from_labels_backward(z, [1]), [[1, -1]])
    loss, gradient = reference.cross_entropy_from_labels(z, np.array([1]))
    assert loss == np.inf
    np.testing.assert_array_equal(gradient, [[1, -1]])


def test_sigmoid_and_binary_cross_entropy_are_finite_for_any_logit():
    z = np.array([-1e308, -800.0, -40.0, 0.0, 40.0, 800.0, 1e308])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        a = reference.sigmoid_forward(z)
        for y in (np.zeros(7), np.ones(7)):
            assert np.isfinite(reference.bce_with_logits_forward(z / 7, y))
            assert np.isfinite(reference.bce_with_logits_backward(z, y)).all()
    np.testing.assert_allclose(a[1:6], [0, np.exp(-40), 0.5, 1, 1], rtol=1e-15)
    np.testing.assert_allclose(7 * reference.bce_with_logits_backward(z, np.ones(7))[4], -np.exp(-40), rtol=1e-15)


def test_zero_times_log_of_zero_is_zero():
    s, y = np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    assert reference.cross_entropy_forward(s, y) == np.log(2) / 2
    np.testing.assert_array_equal(reference.cross_entropy_backward(s, y), [[-0.5, 0], [0, -1]])
    assert reference.cross_entropy_forward(s, 1 - y) == np.inf
    assert reference.softmax_cross_entropy_forward([[0.0, -np.inf]], [[1.0, 0.0]]) == 0
