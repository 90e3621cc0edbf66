"""The functions around the book's own: each against its definition, its gradient against central differences.

Against PyTorch they stand in test_against_pytorch.py.
"""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mp, mpf

import reference

RNG = np.random.default_rng(8)
N, C = 5, 4
Z, G, Y = RNG.normal(size=(N, C), scale=2), RNG.normal(size=(N, C)), RNG.uniform(0.05, 1, size=(N, C))
A = RNG.uniform(0.05, 0.95, size=(N, C))
LOG_S = reference.log_softmax_forward(Z)
LABELS = np.array([1, 3, -100, 0, 1])
KEPT = LABELS != -100
W, R, P = RNG.random(C) + 0.5, RNG.random(N) + 0.5, RNG.random(C) + 1
REDUCTIONS = pytest.mark.parametrize("reduction", ["mean", "sum", "none"])


def numeric(f, x, h=1e-3):
    """Central differences at h and h/2, extrapolated."""
    gradient = np.empty_like(x)
    for where in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[where] = h
        coarse, fine = ((f(x + t * step) - f(x - t * step)) / (2 * t * h) for t in (1, 0.5))
        gradient[where] = (4 * fine - coarse) / 3
    return gradient


def reduce(rows, reduction, divisor=N):
    return {"mean": rows.sum() / divisor, "sum": rows.sum(), "none": rows}[reduction]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def binary(a, y, p=1.0):
    return -(p * y * np.log(a) + (1 - y) * np.log(1 - a))


def focal(z, y, gamma=2.0, alpha=1.0):
    s = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return -(y * alpha * (1 - s) ** gamma * np.log(s)).sum(axis=1)


ONE_HOT = np.eye(C)[np.where(KEPT, LABELS, 0)] * KEPT[:, None]
r = reference
LOSSES = {
    "squared error": (r.mse_forward, r.mse_backward, (Z, Y), {}, lambda z: ((z - Y) ** 2).sum(axis=1) / 2, N),
    "cross-entropy": (
        r.cross_entropy_forward,
        r.cross_entropy_backward,
        (A, Y),
        {},
        lambda s: -(Y * np.log(s)).sum(axis=1),
        N,
    ),
    "binary, logits": (
        r.bce_with_logits_forward,
        r.bce_with_logits_backward,
        (Z, Y),
        {"weight": W, "pos_weight": P},
        lambda z: (W * binary(sigmoid(z), Y, P)).sum(axis=1),
        N,
    ),
    "binary, a weight an entry": (
        r.bce_with_logits_forward,
        r.bce_with_logits_backward,
        (Z, Y),
        {"weight": Y, "pos_weight": 3.0},
        lambda z: (Y * binary(sigmoid(z), Y, 3)).sum(axis=1),
        N,
    ),
    "binary, (n,)": (
        r.bce_with_logits_forward,
        r.bce_with_logits_backward,
        (Z[:, 0], Y[:, 0]),
        {"pos_weight": 2.0},
        lambda z: binary(sigmoid(z), Y[:, 0], 2),
        N,
    ),
    "binary, probabilities": (
        r.bce_forward,
        r.bce_backward,
        (A, Y),
        {"weight": W},
        lambda a: (W * binary(a, Y)).sum(axis=1),
        N,
    ),
    "divergence": (
        r.kl_divergence_forward,
        r.kl_divergence_backward,
        (LOG_S, Y),
        {},
        lambda log_s: (Y * (np.log(Y) - log_s)).sum(axis=1),
        N,
    ),
    "divergence, log-targets": (
        r.kl_divergence_forward,
        r.kl_divergence_backward,
        (LOG_S, np.log(Y)),
        {"log_targets": True},
        lambda log_s: (Y * (np.log(Y) - log_s)).sum(axis=1),
        N,
    ),
    "likelihood": (
        r.nll_from_labels_forward,
        r.nll_from_labels_backward,
        (LOG_S, LABELS),
        {},
        lambda log_s: -(ONE_HOT * log_s).sum(axis=1),
        KEPT.sum(),
    ),
    "likelihood, weights": (
        r.nll_from_labels_forward,
        r.nll_from_labels_backward,
        (LOG_S, LABELS),
        {"class_weights": W, "row_weights": R},
        lambda log_s: -(R[:, None] * W * ONE_HOT * log_s).sum(axis=1),
        (R[KEPT] * W[LABELS[KEPT]]).sum(),
    ),
    "focal, labels": (
        r.focal_from_labels_forward,
        r.focal_from_labels_backward,
        (Z, LABELS),
        {"gamma": 1.5, "alpha": W},
        lambda z: focal(z, ONE_HOT, 1.5, W),
        KEPT.sum(),
    ),
    "focal, soft targets": (
        r.focal_forward,
        r.focal_backward,
        (Z, Y),
        {"gamma": 2.0, "alpha": 0.25},
        lambda z: focal(z, Y, 2.0, 0.25),
        N,
    ),
    "z-loss": (r.z_loss_forward, r.z_loss_backward, (Z,), {}, lambda z: np.log(np.exp(z).sum(axis=1)) ** 2, N),
}


@REDUCTIONS
@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_is_its_definition_and_its_gradient_is_measured(name, reduction):
    forward, backward, (x, *rest), options, rows, divisor = LOSSES[name]
    options = {**options, "reduction": reduction}
    np.testing.assert_allclose(forward(x, *rest, **options), reduce(rows(x), reduction, divisor), rtol=1e-12)
    measured = numeric(lambda x: np.sum(forward(x, *rest, **options)), x)
    np.testing.assert_allclose(backward(x, *rest, **options), measured, rtol=1e-8, atol=1e-9)


TARGETS = {
    "squared error": (r.mse_forward, r.mse_targets_backward, Z, Y),
    "cross-entropy": (r.cross_entropy_forward, r.cross_entropy_targets_backward, A, Y),
    "fused": (r.softmax_cross_entropy_forward, r.softmax_cross_entropy_targets_backward, Z, Y),
    "binary": (r.bce_with_logits_forward, r.bce_with_logits_targets_backward, Z, Y),
    "divergence": (r.kl_divergence_forward, r.kl_divergence_targets_backward, LOG_S, Y),
}


@REDUCTIONS
@pytest.mark.parametrize("name", TARGETS)
def test_the_gradient_in_the_targets_is_measured(name, reduction):
    forward, backward, x, y = TARGETS[name]
    measured = numeric(lambda y: np.sum(forward(x, y, reduction=reduction)), y)
    np.testing.assert_allclose(backward(x, y, reduction=reduction), measured, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize(
    ("forward", "backward", "definition"),
    [
        (r.log_sigmoid_forward, r.log_sigmoid_backward, lambda z: np.log(sigmoid(z))),
        (
            lambda z: r.softcap_forward(z, 1.5),
            lambda z, g: r.softcap_backward(z, g, 1.5),
            lambda z: 1.5 * np.tanh(z / 1.5),
        ),
    ],
    ids=["log-sigmoid", "softcap"],
)
def test_an_entrywise_function_is_its_definition_and_its_product_is_measured(forward, backward, definition):
    np.testing.assert_allclose(forward(Z), definition(Z), rtol=1e-13)
    np.testing.assert_allclose(backward(Z, G), numeric(lambda z: (G * forward(z)).sum(), Z), rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("z", [-800.0, -40.0, -1.0, 0.0, 1.0, 40.0, 700.0])
def test_log_sigmoid_and_softcap_keep_their_digits_at_any_logit(z):
    with mp.workdps(700):
        exact = -mp.log(1 + mp.exp(-mpf(z)))
        slope = 1 / (1 + mp.exp(mpf(z)))
        cap = 1 / mp.cosh(mpf(z) / 50) ** 2
    at, one = np.array([z]), np.ones(1)
    np.testing.assert_allclose(r.log_sigmoid_forward(at), float(exact), rtol=1e-15)
    np.testing.assert_allclose(r.log_sigmoid_backward(at, one), float(slope), rtol=1e-15)
    np.testing.assert_allclose(r.softcap_backward(at, one, 50), float(cap), rtol=3e-15 * max(1, abs(z) / 50))


def test_kl_is_0_for_equal_distributions_and_zero_targets_cost_nothing():
    s = np.exp(LOG_S)
    assert abs(r.kl_divergence_forward(LOG_S, s)) < 1e-15
    assert r.kl_divergence_forward([[0.0, -np.inf]], [[1.0, 0.0]]) == 0
    assert r.kl_divergence_forward([[0.0, -np.inf]], [[0.0, -np.inf]], log_targets=True) == 0
    assert r.kl_divergence_forward([[0.0, -np.inf]], [[0.5, 0.5]]) == np.inf


def test_binary_cross_entropy_of_sure_probabilities():
    with np.errstate(all="raise"):
        assert r.bce_forward([[1.0, 0.0]], [[1.0, 0.0]]) == 0
        assert r.bce_forward([[1.0, 0.0]], [[0.0, 0.0]]) == np.inf
        np.testing.assert_array_equal(r.bce_backward([[1.0, 0.0]], [[1.0, 0.0]]), [[-1, 1]])
        np.testing.assert_array_equal(r.bce_backward([[1.0, 0.0]], [[0.0, 1.0]]), [[np.inf, -np.inf]])


def test_a_visible_score_is_weighed_among_the_visible_ones_alone():
    x = np.array([[1.0, 1e4, 2.0], [-3e4, 5.0, -3e4], [1.0, 2.0, 3.0], [np.nan, 0.0, 0.0]])
    mask = np.array([[True, False, True], [True, False, True], [False] * 3, [False, True, True]])
    with np.errstate(all="raise"):
        s = r.masked_softmax(x, mask)
    t = 1 / (1 + np.e)
    np.testing.assert_allclose(s, [[t, 0, 1 - t], [0.5, 0, 0.5], [0, 0, 0], [0, 0.5, 0.5]], rtol=1e-15)
    np.testing.assert_array_equal(r.masked_softmax(x[2:3], None), r.softmax_forward(x[2:3]))
    assert not r.softmax_backward(s, np.ones_like(s))[2].any()
    with pytest.raises(TypeError, match="booleans are expected"):
        r.masked_softmax(x, mask.astype(float))


def test_the_product_of_a_masked_softmax_is_that_of_a_softmax():
    mask = RNG.random((N, C)) < 0.6
    measured = numeric(lambda x: (G * r.masked_softmax(x, mask)).sum(), Z)
    np.testing.assert_allclose(r.softmax_backward(r.masked_softmax(Z, mask), G), measured, atol=1e-10)


def test_logsumexp_of_rows_without_a_softmax():
    z = np.array([[-np.inf, -np.inf], [np.inf, 0.0], [np.inf, -np.inf], [np.nan, np.inf], [0.0, -np.inf]])
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(r.logsumexp(z), [-np.inf, np.inf, np.inf, np.nan, 0.0])


def test_relu_passes_a_nan_on():
    np.testing.assert_array_equal(r.relu_backward([np.nan, 1.0, 0.0, -1.0], [5.0, 6.0, 7.0, 8.0]), [np.nan, 6, 0, 0])
    np.testing.assert_array_equal(r.relu_backward([1.0, -1.0], [np.nan, np.nan]), [np.nan, 0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: r.softcap_forward(Z, 0.0), "cap is 0.0"),
        (lambda: r.focal_forward(Z, Y, alpha=np.ones(3)), r"alpha has shape \(3,\)"),
        (lambda: r.focal_forward(Z, Y, -1.0), "gamma is -1.0"),
        (
            lambda: r.bce_with_logits_forward(Z, Y, weight=np.ones(3)),
            r"weight has shape \(3,\) and z has shape \(5, 4\)",
        ),
        (lambda: r.bce_with_logits_forward(Z, Y, pos_weight=np.ones(N)), r"pos_weight has shape \(5,\)"),
        (lambda: r.kl_divergence_forward(LOG_S, Y, reduction="batchmean"), "reduction is 'batchmean'"),
        (lambda: r.mse_backward(Z, Y, reduction=None), "reduction is None"),
        (lambda: r.nll_from_labels_forward(LOG_S, [9] * N), r"labels\[0\] is 9"),
    ],
    ids=["cap", "alpha", "gamma", "weight", "positive weight", "reduction", "no reduction", "label"],
)
def test_options_that_make_no_sense_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
