"""A decided row keeps its gradient, in every product: within 32 roundings of its largest term.

The truth is 50-digit arithmetic. Each entry of a gradient is a difference of two terms, and what is lost is measured in
roundings of the largest term of the row, with g measured from its value at the largest s, since a constant added to g
changes nothing. The textbook forms lose roundings of the largest g instead.
"""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mp, mpf

import reference

ROUNDINGS = 32
DTYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])
GAPS = [0, 3, 10, 20, 30, 40, 80]
CLASSES = [2, 3, 10, 30]


def decided(gap: float, c: int, dtype: type, seed: int = 0) -> np.ndarray:
    """Logits of two rows in which one class leads by about ``gap``, at another place in each."""
    rng = np.random.default_rng([seed, c])
    z = rng.uniform(-1, 0, size=(2, c))
    z[range(2), rng.integers(c, size=2)] = gap
    return z.astype(dtype)


def upstreams(c: int, dtype: type, z: np.ndarray) -> list[np.ndarray]:
    """Gaussian, large in common, one-hot at the leading class and at another."""
    rng = np.random.default_rng(c)
    g = rng.normal(size=(2, c))
    lead = z.argmax(axis=1)
    return [a.astype(dtype) for a in (g, g + 1e3, np.eye(c)[lead], -np.eye(c)[(lead + 1) % c])]


def exactly(values: np.ndarray) -> list[mpf]:
    return [mpf(float(v)) for v in values]


def softmax(z: np.ndarray) -> list[mpf]:
    powers = [mp.exp(v - max(exactly(z))) for v in exactly(z)]
    return [power / mp.fsum(powers) for power in powers]


def softmax_product(z, g):
    """``s_j (g_j - Σ_i s_i g_i)`` and the largest term, with ``g - g_p`` for g, p the class of the largest s."""
    s, g = softmax(z), g if isinstance(g, list) else exactly(g)
    lead = g[s.index(max(s))]
    g = [g_j - lead for g_j in g]
    mean = mp.fdot(s, g)
    return [s_j * (g_j - mean) for s_j, g_j in zip(s, g)], max(s_j * max(abs(g_j), abs(mean)) for s_j, g_j in zip(s, g))


def log_softmax_product(z, g):
    """``g_j Σ_{k≠j} s_k - s_j Σ_{k≠j} g_k`` and the largest of its terms."""
    s, g = softmax(z), exactly(g)
    total = mp.fsum(g)
    terms = [(g_j * (1 - s_j), s_j * (total - g_j)) for s_j, g_j in zip(s, g)]
    return [straight - missing for straight, missing in terms], max(abs(term) for pair in terms for term in pair)


def squared_error(z, y):
    s, y = softmax(z), exactly(y)
    return softmax_product(z, [s_k - y_k for s_k, y_k in zip(s, y)])


def cross_entropy(z, y):
    gradient, largest = log_softmax_product(z, y)
    return [-entry for entry in gradient], largest


def in_two_steps(z, y):
    s = reference.softmax_forward(z)
    return reference.softmax_backward(s, len(z) * reference.cross_entropy_backward(s, y))


def through_log_softmax(z, y):
    return reference.log_softmax_backward(z, -y)


def roundings_lost(ours, exact, z, others) -> float:
    """The most that a row loses, of those whose gradient is made of normal numbers."""
    eps, tiny = (float(getattr(np.finfo(z.dtype), name)) for name in ("eps", "tiny"))
    lost = [0.0]
    with mp.workdps(90):
        for mine, row, other in zip(ours, z, others):
            truth, largest = exact(row, other)
            if min(map(abs, truth)) > tiny:
                lost.append(max(float(abs(a - t) / largest) for a, t in zip(exactly(mine), truth)) / eps)
    return max(lost)


PRODUCTS = {
    "softmax": (lambda z, g: reference.softmax_backward(reference.softmax_forward(z), g), softmax_product),
    "log-softmax": (reference.log_softmax_backward, log_softmax_product),
}
LOSSES = {
    "squared error": (lambda z, y: len(z) * reference.mse_softmax_backward(z, y), squared_error),
    "cross-entropy of probabilities": (
        lambda z, y: reference.cross_entropy_gradient(reference.softmax_forward(z), y),
        cross_entropy,
    ),
    "cross-entropy in two steps": (in_two_steps, cross_entropy),
    "cross-entropy through log-softmax": (through_log_softmax, cross_entropy),
}


@DTYPES
@pytest.mark.parametrize("c", CLASSES)
@pytest.mark.parametrize("name", PRODUCTS)
def test_a_product_with_any_upstream_gradient(name, c, dtype):
    function, exact = PRODUCTS[name]
    for gap in GAPS:
        z = decided(gap, c, dtype)
        for g in upstreams(c, dtype, z):
            assert roundings_lost(function(z, g), exact, z, g) <= ROUNDINGS, gap


@DTYPES
@pytest.mark.parametrize("c", CLASSES)
@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_of_one_hot_targets(name, c, dtype):
    function, exact = LOSSES[name]
    for gap in GAPS:
        z = decided(gap, c, dtype)
        for labels in (z.argmax(axis=1), (z.argmax(axis=1) + 1) % c):
            y = np.eye(c, dtype=dtype)[labels]
            assert roundings_lost(function(z, y), exact, z, y) <= ROUNDINGS, gap


SMOOTHED = {
    "fused": lambda z, y: len(z) * reference.softmax_cross_entropy_backward(z, y),
    "focal, γ = 0": lambda z, y: len(z) * reference.focal_backward(z, y, 0.0),
    "of probabilities": LOSSES["cross-entropy of probabilities"][0],
    "through log-softmax": through_log_softmax,
}


@DTYPES
@pytest.mark.parametrize("eps", [1e-3, 1e-6])
@pytest.mark.parametrize("name", SMOOTHED)
def test_a_loss_of_targets_that_are_nearly_one_hot(name, eps, dtype):
    for gap in GAPS:
        z = decided(gap, 3, dtype)
        for labels in (z.argmax(axis=1), (z.argmax(axis=1) + 1) % 3):
            y = reference.smooth_labels(np.eye(3, dtype=dtype)[labels], 3, eps)
            assert roundings_lost(SMOOTHED[name](z, y), cross_entropy, z, y) <= ROUNDINGS, gap


@DTYPES
@pytest.mark.parametrize("gap", GAPS)
def test_the_jacobian_entry_by_entry(gap, dtype):
    z = decided(gap, 3, dtype)
    ours = reference.softmax_jacobian(reference.softmax_forward(z))
    np.testing.assert_array_equal(ours, ours.transpose(0, 2, 1))
    with mp.workdps(90):
        for mine, s in zip(ours, map(softmax, z)):
            truth = [s_i * ((i == j) - s_j) for i, s_i in enumerate(s) for j, s_j in enumerate(s)]
            normal = [(a, t) for a, t in zip(exactly(mine.ravel()), truth) if abs(t) > float(np.finfo(dtype).tiny)]
            assert all(abs(a / t - 1) < ROUNDINGS * float(np.finfo(dtype).eps) for a, t in normal)


@DTYPES
def test_two_classes_just_over_a_half_are_both_undecided(dtype):
    half = np.nextafter(dtype(0.5), dtype(1))
    s, y = np.array([[half, half]]), np.array([[1, 0]], dtype=dtype)
    np.testing.assert_array_equal(reference.cross_entropy_gradient(s, y), s - y)


def test_the_reported_case():
    s = reference.softmax_forward([[37.42994775023705, 0]])
    product = reference.softmax_backward(s, [[1, 0]])
    np.testing.assert_allclose(product, [[5.55e-17, -5.55e-17]], rtol=1e-3)
    assert product.sum() == 0


@pytest.mark.parametrize("name", ["softmax", "log-softmax"])
def test_the_limit_would_refuse_the_textbook_form(name):
    z = decided(30, 3, np.float64)
    g = upstreams(3, np.float64, z)[2]
    s = reference.softmax_forward(z)
    if name == "softmax":
        ours = s * (g - (s * g).sum(axis=1, keepdims=True))
    else:
        ours = g - s * g.sum(axis=1, keepdims=True)
    assert roundings_lost(ours, PRODUCTS[name][1], z, g) > 1e3 * ROUNDINGS
