"""The fast form gives what the clear form gives, in the memory it promises."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

import reference
from reference import fast

SHAPES = [(1, 1), (5, 2), (300, 10), (7, 64), (7, 65), (40, 1000), (3, 70000), (20000, 10), (2000, 130)]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("ignore", [False, True], ids=["all rows", "some ignored"])
def test_the_fast_form_equals_the_clear_one(shape, dtype, ignore):
    n, c = shape
    rng = np.random.default_rng(n + c)
    z = rng.normal(size=shape, scale=5).astype(dtype) + dtype(100)
    z[:, ::7] *= rng.choice([1, 2, -1], size=(n, 1))
    labels = rng.integers(c, size=n)
    if ignore:
        labels[rng.random(n) < 0.3] = -100
    loss, gradient = reference.cross_entropy_from_labels(z, labels)
    eps = np.finfo(dtype).eps
    span = float(np.ptp(z, axis=1).max())
    np.testing.assert_allclose(loss, reference.cross_entropy_from_labels_forward(z, labels), rtol=8 * eps)
    np.testing.assert_allclose(
        gradient,
        reference.cross_entropy_from_labels_backward(z, labels),
        rtol=(8 + span) * eps,
        atol=4 * np.finfo(dtype).smallest_subnormal,
    )


def test_blocks_of_any_size_give_the_same(monkeypatch):
    rng = np.random.default_rng(1)
    for c in (10, 100):
        z, labels = rng.normal(size=(50, c)), rng.integers(c, size=50)
        whole = reference.cross_entropy_from_labels(z, labels)
        for rows in (1, 7, 49):
            monkeypatch.setattr(fast, "BLOCK_BYTES", rows * c * 8)
            loss, gradient = reference.cross_entropy_from_labels(z, labels)
            np.testing.assert_allclose(loss, whole[0], rtol=1e-15)
            np.testing.assert_allclose(gradient, whole[1], rtol=1e-14)


def test_a_class_may_be_the_ignored_one_and_all_rows_may_be_ignored():
    z, labels = np.random.default_rng(2).normal(size=(6, 3)), np.array([0, 1, 2, 0, 1, 2])
    loss, gradient = reference.cross_entropy_from_labels(z, labels, ignore_index=0)
    np.testing.assert_allclose(loss, reference.cross_entropy_from_labels_forward(z, labels, ignore_index=0), rtol=1e-14)
    np.testing.assert_allclose(
        gradient, reference.cross_entropy_from_labels_backward(z, labels, ignore_index=0), rtol=1e-14
    )
    loss, gradient = reference.cross_entropy_from_labels(z, np.full(6, -100))
    assert loss == 0 and not gradient.any()


def test_out_is_filled_and_returned():
    z, labels = np.random.default_rng(3).normal(size=(5, 80)), np.arange(5)
    out = np.full_like(z, np.nan)
    _, gradient = reference.cross_entropy_from_labels(z, labels, out=out)
    assert gradient is out
    np.testing.assert_array_equal(out, reference.cross_entropy_from_labels(z, labels)[1])


@pytest.mark.parametrize(
    "out", [np.empty((4, 3)), np.empty((3, 4), np.float32), np.empty((4, 3)).T], ids=["shape", "dtype", "layout"]
)
def test_an_out_that_does_not_fit_is_refused(out):
    with pytest.raises(ValueError, match=r"^out "):
        reference.cross_entropy_from_labels(np.zeros((3, 4)), np.zeros(3, int), out=out)


def test_the_logits_are_no_place_for_the_gradient():
    z = np.zeros((3, 4))
    with pytest.raises(ValueError, match="must not overlap z"):
        reference.cross_entropy_from_labels(z, np.zeros(3, int), out=z)


def test_numpys_buffer_size_is_as_before_afterwards():
    before = np.getbufsize()
    reference.cross_entropy_from_labels(np.zeros((3, 100)), np.zeros(3, int))
    assert np.getbufsize() == before


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(4096, 10), (4096, 1000), (100, 32000), (1, 2_000_000)], ids=str)
def test_the_extra_memory_stays_below_2_mb(shape, dtype):
    z = np.zeros(shape, dtype)
    labels = np.zeros(shape[0], int)
    out = np.empty_like(z)
    tracemalloc.start()
    try:
        reference.cross_entropy_from_labels(z, labels, out=out)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2e6
