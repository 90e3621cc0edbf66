"""The options of the fused losses, each against its definition and against central differences."""

from __future__ import annotations

import numpy as np
import pytest

import reference

RNG = np.random.default_rng(4)
N, C = 5, 4
Z, Y, W = RNG.normal(size=(N, C), scale=2), RNG.random((N, C)), RNG.random(C) + 0.5
R = RNG.random(N) + 0.5
LABELS = np.array([1, 3, -100, 0, 1])
KEPT = LABELS != -100
OPTIONS = [
    {},
    {"class_weights": W},
    {"label_smoothing": 0.2},
    {"temperature": 2.5},
    {"z_loss": 0.3},
    {"reduction": "sum"},
    {"row_weights": R},
    {"class_weights": W, "row_weights": R, "label_smoothing": 0.1, "temperature": 0.5, "z_loss": 0.2},
]


def numeric_gradient(f, z, h=1e-3):
    """Central differences at h and h/2, extrapolated: an error of about h⁴."""
    gradient = np.empty_like(z)
    for where in np.ndindex(z.shape):

        def slope(step, where=where):
            moved = np.zeros_like(z)
            moved[where] = step
            return (f(z + moved) - f(z - moved)) / (2 * step)

        gradient[where] = (4 * slope(h / 2) - slope(h)) / 3
    return gradient


def definition(z, y, divisor, z_divisor, weights=None, rows=1.0, smoothing=0.0, temperature=1.0, z_loss=0.0, kept=True):
    """The loss with all options, written as the textbooks do; stable enough for logits of moderate size."""
    z = z / temperature
    lse = np.log(np.exp(z).sum(axis=1))
    y = (1 - smoothing) * y + smoothing / z.shape[1]
    w = 1 if weights is None else weights
    losses = -(w * y * (z - lse[:, None])).sum(axis=1)
    return (rows * kept * losses).sum() / divisor + z_loss * (rows * kept * lse**2).sum() / z_divisor


def textbook_options(options):
    names = {"class_weights": "weights", "row_weights": "rows", "label_smoothing": "smoothing"}
    return {names.get(k, k): v for k, v in options.items() if k != "reduction"}


@pytest.mark.parametrize("options", OPTIONS, ids=lambda o: " ".join(o) or "none")
def test_targets_with_options(options):
    divisor = 1 if options.get("reduction") == "sum" else options.get("row_weights", np.ones(N)).sum()
    expected = definition(Z, Y, divisor, divisor, **textbook_options(options))
    np.testing.assert_allclose(reference.softmax_cross_entropy_forward(Z, Y, **options), expected, rtol=1e-14)
    numeric = numeric_gradient(lambda z: reference.softmax_cross_entropy_forward(z, Y, **options), Z)
    np.testing.assert_allclose(reference.softmax_cross_entropy_backward(Z, Y, **options), numeric, rtol=0, atol=1e-10)


@pytest.mark.parametrize("options", OPTIONS, ids=lambda o: " ".join(o) or "none")
def test_labels_with_options(options):
    one_hot = np.eye(C)[np.where(KEPT, LABELS, 0)]
    rows = options.get("row_weights", np.ones(N))[KEPT]
    classes = options.get("class_weights", np.ones(C))[LABELS[KEPT]]
    divisors = (1, 1) if options.get("reduction") == "sum" else ((rows * classes).sum(), rows.sum())
    expected = definition(Z, one_hot, *divisors, kept=KEPT, **textbook_options(options))
    np.testing.assert_allclose(reference.cross_entropy_from_labels_forward(Z, LABELS, **options), expected, rtol=1e-14)
    numeric = numeric_gradient(lambda z: reference.cross_entropy_from_labels_forward(z, LABELS, **options), Z)
    np.testing.assert_allclose(
        reference.cross_entropy_from_labels_backward(Z, LABELS, **options), numeric, rtol=0, atol=1e-10
    )


@pytest.mark.parametrize("options", OPTIONS, ids=lambda o: " ".join(o) or "none")
def test_no_reduction_gives_each_row_and_sums_to_the_sum(options):
    options = {**options, "reduction": "none"}
    summed = {**options, "reduction": "sum"}
    for forward, backward, target in (
        (reference.softmax_cross_entropy_forward, reference.softmax_cross_entropy_backward, Y),
        (reference.cross_entropy_from_labels_forward, reference.cross_entropy_from_labels_backward, LABELS),
    ):
        rows = forward(Z, target, **options)
        assert rows.shape == (N,)
        np.testing.assert_allclose(rows.sum(), forward(Z, target, **summed), rtol=1e-14)
        np.testing.assert_array_equal(backward(Z, target, **options), backward(Z, target, **summed))


def test_ignored_rows_may_hold_anything():
    z = Z.copy()
    z[2] = np.nan
    loss, gradient = (
        f(z, LABELS)
        for f in (reference.cross_entropy_from_labels_forward, reference.cross_entropy_from_labels_backward)
    )
    assert loss == reference.cross_entropy_from_labels_forward(Z[KEPT], LABELS[KEPT])
    np.testing.assert_array_equal(gradient[KEPT], reference.cross_entropy_from_labels_backward(Z[KEPT], LABELS[KEPT]))
    assert not gradient[2].any()


def test_all_ignored_is_a_loss_of_0_and_no_gradient():
    nothing = np.full(N, -100)
    assert reference.cross_entropy_from_labels_forward(Z, nothing, class_weights=W, z_loss=0.1) == 0
    assert not reference.cross_entropy_from_labels_backward(Z, nothing, class_weights=W, z_loss=0.1).any()


@pytest.mark.parametrize("unit", [1.0, 10.0, 100.0])
def test_the_z_losss_size_does_not_depend_on_the_unit_of_the_class_weights(unit):
    """The mean of the cross-entropy divides by the sum of the weights, that of the z-loss by the rows that count."""
    loss = reference.cross_entropy_from_labels_forward(Z, LABELS, class_weights=unit * W, z_loss=0.5)
    alone = reference.cross_entropy_from_labels_forward(Z, LABELS, class_weights=W)
    np.testing.assert_allclose(loss - alone, 0.5 * np.square(reference.logsumexp(Z[KEPT])).mean(), rtol=1e-12)


def test_a_row_weight_of_2_is_the_row_twice():
    twice, z, y = np.array([2.0, 1, 1, 1, 1]), np.vstack([Z, Z[:1]]), np.vstack([Y, Y[:1]])
    labels = np.append(LABELS, LABELS[0])
    for options in ({}, {"class_weights": W, "z_loss": 0.1}):
        np.testing.assert_allclose(
            reference.cross_entropy_from_labels_forward(Z, LABELS, row_weights=twice, **options),
            reference.cross_entropy_from_labels_forward(z, labels, **options),
            rtol=1e-14,
        )
        np.testing.assert_allclose(
            reference.softmax_cross_entropy_forward(Z, Y, row_weights=twice, **options),
            reference.softmax_cross_entropy_forward(z, y, **options),
            rtol=1e-14,
        )


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0, 5.0])
def test_focal_loss(gamma):
    labels = np.array([1, 3, 2, 0, 1])
    s_t = reference.softmax_forward(Z)[np.arange(N), labels]
    np.testing.assert_allclose(
        reference.focal_from_labels_forward(Z, labels, gamma), np.mean(-((1 - s_t) ** gamma) * np.log(s_t)), rtol=1e-13
    )
    numeric = numeric_gradient(lambda z: reference.focal_from_labels_forward(z, labels, gamma), Z)
    np.testing.assert_allclose(reference.focal_from_labels_backward(Z, labels, gamma), numeric, rtol=0, atol=1e-10)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0])
def test_focal_loss_of_a_certain_row_is_0_with_a_gradient_of_0(gamma):
    z = np.array([[800.0, -800.0, 0.0]])
    with np.errstate(all="raise", under="ignore"):
        assert reference.focal_from_labels_forward(z, [0], gamma) == 0
        assert not reference.focal_from_labels_backward(z, [0], gamma).any()


def test_smooth_labels():
    np.testing.assert_allclose(
        reference.smooth_labels(np.array([2, 0]), 4, 0.2), [[0.05, 0.05, 0.85, 0.05], [0.85, 0.05, 0.05, 0.05]]
    )
    np.testing.assert_array_equal(reference.smooth_labels([1], 3, 0), [[0, 1, 0]])
    np.testing.assert_allclose(reference.smooth_labels([1], 3, 1), [[1 / 3] * 3])
    assert reference.smooth_labels(np.array([], int), 3, 0.1).shape == (0, 3)


def test_smoothed_soft_targets_keep_their_dtype_and_one_hot_ones_are_those_of_labels():
    one_hot = np.eye(4)[[2, 0]]
    np.testing.assert_array_equal(reference.smooth_labels(one_hot, 4, 0.2), reference.smooth_labels([2, 0], 4, 0.2))
    soft = np.array([[0.7, 0.3]], np.float32)
    np.testing.assert_allclose(reference.smooth_labels(soft, 2, 0.5), [[0.6, 0.4]], rtol=1e-6)
    assert reference.smooth_labels(soft, 2, 0.5).dtype == np.float32
    assert not np.may_share_memory(reference.smooth_labels(soft, 2, 0), soft)
    with pytest.raises(ValueError, match=r"\(1, 2\); \(n, 3\) is expected"):
        reference.smooth_labels(soft, 3, 0.1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"temperature": 0.0}, "temperature is 0.0"),
        ({"temperature": float("nan")}, "temperature is nan"),
        ({"label_smoothing": 1.5}, "label smoothing is 1.5"),
        ({"reduction": "avg"}, "reduction is 'avg'"),
        ({"class_weights": np.ones(3)}, r"\(3,\).*\(5, 4\)"),
        ({"row_weights": np.ones(4)}, r"\(4,\).*\(5, 4\)"),
    ],
    ids=str,
)
def test_options_that_make_no_sense_are_refused(options, message):
    for function, target in (
        (reference.softmax_cross_entropy_forward, Y),
        (reference.softmax_cross_entropy_backward, Y),
        (reference.cross_entropy_from_labels_forward, LABELS),
        (reference.cross_entropy_from_labels_backward, LABELS),
    ):
        with pytest.raises(ValueError, match=message):
            function(Z, target, **options)


def test_a_negative_gamma_and_labels_outside_are_refused():
    with pytest.raises(ValueError, match="gamma is -1"):
        reference.focal_from_labels_forward(Z, np.zeros(N, int), -1)
    with pytest.raises(ValueError, match=r"labels\[0\] is 4"):
        reference.smooth_labels([4], 4, 0.1)
