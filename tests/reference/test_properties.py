"""What holds for every input, tried by hypothesis on inputs that it looks for."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import reference

settings.register_profile("reference", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("reference")

SHAPES = st.tuples(st.integers(1, 5), st.integers(1, 7))


def matrices(limit: float, shapes=SHAPES):
    return shapes.flatmap(lambda shape: arrays(np.float64, shape, elements=st.floats(-limit, limit)))


def with_labels(z: np.ndarray):
    return st.tuples(st.just(z), arrays(np.int64, len(z), elements=st.integers(0, z.shape[1] - 1)))


def with_another(limit: float):
    return lambda z: st.tuples(st.just(z), arrays(np.float64, z.shape, elements=st.floats(-limit, limit)))


def with_targets(z: np.ndarray):
    return st.tuples(st.just(z), arrays(np.float64, z.shape, elements=st.floats(0, 3)))


@given(matrices(300), st.integers(-(2**20), 2**20))
def test_a_shift_of_all_logits_changes_nothing(z, shift):
    z = np.rint(z * 2**10) / 2**10  # so that z + shift is exact
    np.testing.assert_array_equal(reference.softmax_forward(z + shift), reference.softmax_forward(z))
    np.testing.assert_allclose(reference.logsumexp(z + shift), reference.logsumexp(z) + shift, rtol=1e-14, atol=1e-12)


@given(matrices(1e4))
def test_softmax_is_a_distribution_that_keeps_the_order(z):
    s = reference.softmax_forward(z)
    assert (s >= 0).all()
    np.testing.assert_allclose(s.sum(axis=1), 1, rtol=1e-14)
    order = z.argsort(axis=1)
    assert (np.diff(np.take_along_axis(s, order, axis=1), axis=1) >= 0).all()


@given(matrices(1e4).flatmap(with_targets))
def test_rows_of_the_fused_gradient_sum_to_zero_for_any_targets(data):
    z, y = data
    gradient = reference.softmax_cross_entropy_backward(z, y)
    assert (np.abs(gradient.sum(axis=1)) <= 1e-14 * (y.sum(axis=1) + 1)).all()


@given(matrices(50).flatmap(with_another(100)))
def test_rows_of_the_softmax_product_sum_to_zero_and_a_constant_gives_zero(data):
    z, g = data
    s = reference.softmax_forward(z)
    assert (np.abs(reference.softmax_backward(s, g).sum(axis=1)) <= 1e-12).all()
    assert np.abs(reference.softmax_backward(s, np.ones_like(s))).max() <= 1e-14


@given(matrices(50))
def test_the_jacobian_is_symmetric_positive_semidefinite_and_kills_constants(z):
    J = reference.softmax_jacobian(reference.softmax_forward(z))
    np.testing.assert_array_equal(J, J.transpose(0, 2, 1))
    assert np.abs(J.sum(axis=2)).max() <= 1e-14
    assert np.linalg.eigvalsh(J).min() >= -1e-14


@given(matrices(15).flatmap(with_targets))
def test_two_steps_equal_one_where_both_are_finite(data):
    z, y = data
    s = reference.softmax_forward(z)
    two_steps = reference.softmax_backward(s, reference.cross_entropy_backward(s, y))
    assert np.isfinite(two_steps).all()
    np.testing.assert_allclose(two_steps, reference.softmax_cross_entropy_backward(z, y), rtol=0, atol=1e-13)


@given(matrices(1e3).flatmap(with_labels))
def test_a_batch_is_its_rows(data):
    z, labels = data
    n = len(z)
    rows = [(reference.cross_entropy_from_labels(z[i : i + 1], labels[i : i + 1])) for i in range(n)]
    loss, gradient = reference.cross_entropy_from_labels(z, labels)
    np.testing.assert_allclose(loss, np.mean([row[0] for row in rows]), rtol=1e-14)
    np.testing.assert_allclose(gradient, np.concatenate([row[1] for row in rows]) / n, rtol=1e-13, atol=1e-320)


@given(matrices(1e4).flatmap(with_labels))
def test_labels_are_one_hot_targets_and_the_fast_form_is_the_clear_one(data):
    z, labels = data
    y = np.eye(z.shape[1])[labels]
    loss, gradient = reference.cross_entropy_from_labels(z, labels)
    np.testing.assert_allclose(loss, reference.softmax_cross_entropy_forward(z, y), rtol=1e-13)
    np.testing.assert_allclose(gradient, reference.softmax_cross_entropy_backward(z, y), rtol=1e-12, atol=1e-320)
    assert reference.cross_entropy_from_labels_forward(z, labels) == reference.softmax_cross_entropy_forward(z, y)


@given(matrices(700).flatmap(with_another(5)))
def test_the_linear_product_is_the_one_through_the_matrix(data):
    z, g = data
    s = reference.softmax_forward(z)
    through_matrix = np.einsum("ni,nij->nj", g, reference.softmax_jacobian(s))
    np.testing.assert_allclose(reference.softmax_backward(s, g), through_matrix, rtol=0, atol=1e-13)


@given(matrices(1e4))
def test_logsumexp_lies_between_the_maximum_and_log_c_above_it(z):
    above = reference.logsumexp(z) - z.max(axis=1)
    assert (above >= 0).all()
    assert (above <= np.log(z.shape[1]) + 1e-11).all()
