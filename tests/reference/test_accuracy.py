"""Right to the last bit: against 50-digit arithmetic, the fused forms are off by a few units in the last place."""

from __future__ import annotations

import numpy as np
import pytest
from exact import exact_row, ulps

import reference

DTYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])
BOUND = 8


def logits(name: str) -> np.ndarray:
    """Batches of logits, each hard for one reason; float64, before they are rounded to the dtype under test."""
    rng = np.random.default_rng(7)
    match name.split():
        case ["spread", scale]:
            return rng.normal(size=(6, 10), scale=float(scale))
        case ["classes", c]:
            return rng.normal(size=(2, int(c)), scale=3)
        case ["gap", size]:  # the first class wins by so much
            return -float(size) * np.ones((4, 5)) + rng.uniform(-1, 0, size=(4, 5)) + np.eye(5)[0] * (float(size) + 1)
        case ["offset", size]:
            return float(size) + rng.normal(size=(6, 10), scale=4)
        case ["tie"]:
            return np.array([[2.0, 2.0, 1.0], [0.0, 0.0, 0.0], [-3.0, 5.0, 5.0]])
        case ["ruled", "out"]:
            return np.where(rng.random((6, 8)) < 0.4, -np.inf, rng.normal(size=(6, 8))) + np.eye(8)[0]
        case ["one", "class"]:
            return rng.normal(size=(3, 1))


CASES = [
    "spread 1",
    "spread 8",
    "spread 60",
    "classes 64",
    "classes 65",
    "classes 1000",
    "gap 15",
    "gap 30",
    "gap 80",
    "offset 1e4",
    "offset 1e6",
    "offset -1e6",
    "tie",
    "ruled out",
    "one class",
]


def labels_for(z: np.ndarray) -> list[np.ndarray]:
    """Two sets of labels: the winners, and some other class with a finite logit."""
    other = [np.flatnonzero(np.isfinite(row))[-1] for row in z]
    return [z.argmax(axis=1), np.array(other)]


def gaps(z: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far each logit lies below its row's maximum, the strongest rival's in the target's place; and that alone."""
    below = z.max(axis=1, keepdims=True) - z
    rivals = below.copy()
    np.put_along_axis(rivals, labels[:, None], np.inf, axis=1)
    rival = rivals.min(axis=1)
    np.put_along_axis(below, labels[:, None], rival[:, None], axis=1)
    return np.where(np.isfinite(below), below, 0), np.where(np.isfinite(rival), rival, 0)


def simple(z, labels):
    return (
        reference.cross_entropy_from_labels_forward(z, labels, reduction="none"),
        reference.cross_entropy_from_labels_backward(z, labels, reduction="none"),
    )


def row_by_row(z, labels):
    """The fast form on one row at a time, whose mean is that row's loss."""
    pairs = [reference.cross_entropy_from_labels(z[i : i + 1], labels[i : i + 1]) for i in range(len(z))]
    return np.array([loss for loss, _ in pairs]), np.concatenate([gradient for _, gradient in pairs])


@DTYPES
@pytest.mark.parametrize("form", [simple, row_by_row])
@pytest.mark.parametrize("case", CASES)
def test_loss_and_gradient_of_labels_are_within_8_ulp_and_the_conditioning_of_exp(case, form, dtype):
    z = logits(case).astype(dtype)
    for labels in labels_for(z):
        losses, gradient = form(z, labels)
        entry_gap, loss_gap = gaps(z, labels)
        for i, row in enumerate(z):
            truth = exact_row(row, np.eye(len(row))[labels[i]])
            assert ulps(losses[i], truth.loss) <= BOUND + loss_gap[i]
            for k, exact in enumerate(truth.gradient):
                assert ulps(gradient[i, k], exact) <= BOUND + entry_gap[i, k], (i, k)


@DTYPES
@pytest.mark.parametrize("case", CASES)
def test_the_clear_form_does_not_even_need_the_allowance_for_the_gap(case, dtype):
    z = logits(case).astype(dtype)
    s = reference.softmax_forward(z)
    lse = reference.logsumexp(z)
    for labels in labels_for(z):
        losses, gradient = simple(z, labels)
        for i, row in enumerate(z):
            truth = exact_row(row, np.eye(len(row))[labels[i]])
            assert ulps(losses[i], truth.loss) <= BOUND
            assert max(map(ulps, gradient[i], truth.gradient)) <= BOUND
            assert max(map(ulps, s[i], truth.softmax)) <= BOUND
            assert ulps(lse[i], truth.logsumexp, unit_of=max(abs(truth.logsumexp), abs(row.max()))) <= BOUND


@DTYPES
@pytest.mark.parametrize("case", CASES)
def test_soft_targets_are_within_8_ulp_of_the_larger_term(case, dtype):
    z = logits(case).astype(dtype)
    rng = np.random.default_rng(3)
    y = np.where(np.isfinite(z) & (rng.random(z.shape) < 0.7), rng.random(z.shape), 0).astype(dtype)
    losses = reference.softmax_cross_entropy_forward(z, y, reduction="none")
    gradient = reference.softmax_cross_entropy_backward(z, y, reduction="none")
    for i in range(len(z)):
        truth = exact_row(z[i], y[i])
        assert ulps(losses[i], truth.loss) <= BOUND
        for k, exact in enumerate(truth.gradient):
            larger = max(truth.gradient[k] + float(y[i, k]), float(y[i, k]))
            assert ulps(gradient[i, k], exact, unit_of=larger) <= BOUND, (i, k)


@DTYPES
def test_the_mean_over_many_rows_is_as_exact_as_a_row(dtype):
    z = logits("spread 8").astype(dtype)
    labels = np.arange(len(z)) % 10
    truth = [exact_row(row, np.eye(10)[label]) for row, label in zip(z, labels)]
    loss = reference.cross_entropy_from_labels_forward(z, labels)
    gradient = reference.cross_entropy_from_labels_backward(z, labels)
    assert ulps(loss, sum(row.loss for row in truth) / len(z)) <= BOUND
    assert (
        max(ulps(gradient[i, k], row.gradient[k] / len(z)) for i, row in enumerate(truth) for k in range(10)) <= BOUND
    )


def test_a_vocabulary_of_32000_is_within_the_bound():
    z = np.random.default_rng(5).normal(size=(1, 32000), scale=3).astype(np.float32)
    loss, gradient = reference.cross_entropy_from_labels(z, np.array([17]))
    truth = exact_row(z[0], np.eye(1, 32000, 17)[0])
    entry_gap, loss_gap = gaps(z, np.array([17]))
    assert ulps(loss, truth.loss) <= BOUND + loss_gap[0]
    for k in range(0, 32000, 50):
        assert ulps(gradient[0, k], truth.gradient[k]) <= BOUND + entry_gap[0, k]
    assert ulps(gradient[0, 17], truth.gradient[17]) <= BOUND + entry_gap[0, 17]


def test_the_bound_would_refuse_the_textbook_form():
    z = logits("gap 15").astype(np.float32)
    labels = z.argmax(axis=1)
    s = reference.softmax_forward(z)
    truth = exact_row(z[0], np.eye(5)[labels[0]])
    assert ulps((s[0] - np.eye(5, dtype=np.float32)[labels[0]])[labels[0]], truth.gradient[labels[0]]) > 1e4
    assert ulps(-np.log(s[0, labels[0]]), truth.loss) > 1e4
