"""`diagnose` names the mistake in anybody's vector-Jacobian product, and accuses nobody wrongly."""

from __future__ import annotations

import numpy as np
import pytest

from missingsum import diagnose

from ..samples import sampled


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def softmax_backward(z, g):
    s = softmax(z)
    return s * (g - (s * g).sum(axis=1, keepdims=True))


@pytest.fixture
def zg():
    return np.random.default_rng(0).normal(size=(2, 5, 3))


@pytest.mark.parametrize(
    ("wrong", "slips"),
    [
        (lambda z, g: g * softmax(z) * (1 - softmax(z)), ["missing-sum"]),
        (lambda z, g: -softmax_backward(z, g), ["sign"]),
        (lambda z, g: softmax(z) * g, ["missing-dot"]),
        (lambda z, g: 2 * g * softmax(z) * (1 - softmax(z)), ["missing-sum", "factor-two"]),
        (lambda z, g: softmax_backward(z, g) * (np.arange(5) == 4)[:, None], ["last-row-only"]),
    ],
)
def test_mistakes_and_pairs_of_them_are_named(zg, wrong, slips):
    found = diagnose(softmax, *zg, wrong(*zg))
    assert not found.right and [slip.id for slip in found.slips] == slips and found.slips[0].explanation in str(found)


def test_a_right_answer_is_right(zg):
    found = diagnose(softmax, *zg, softmax_backward(*zg))
    assert found.right and not found.slips and str(found) == "✓ right"


def test_functions_of_other_shapes_work_too(zg):
    x, _ = zg
    rng = np.random.default_rng(1)
    W, g = rng.normal(size=(3, 4)), rng.normal(size=(5, 4))
    assert diagnose(lambda x: x @ W, x, g, g @ W.T).right
    assert [slip.id for slip in diagnose(lambda x: x @ W, x, g, -g @ W.T).slips] == ["sign"]


@pytest.mark.parametrize("seed", sampled(range(25), 3))
def test_noise_and_one_changed_entry_are_wrong_without_a_name(zg, seed):
    rng = np.random.default_rng(seed)
    right = softmax_backward(*zg)
    one = right.copy()
    one[rng.integers(5), rng.integers(3)] += 0.01
    for answer in (rng.normal(size=(5, 3)), one, right + 1e-3 * rng.normal(size=(5, 3)), np.cos(right)):
        found = diagnose(softmax, *zg, answer)
        assert not found.right and not found.slips and "cause not recognised" in str(found)


@pytest.mark.parametrize("answer", [None, np.zeros((2, 2)), np.full((5, 3), np.nan), "text"])
def test_what_is_no_answer_is_wrong(zg, answer):
    assert not diagnose(softmax, *zg, answer).right


def test_shapes_that_do_not_fit_are_told(zg):
    z, g = zg
    with pytest.raises(ValueError, match="three rows"):
        diagnose(softmax, z[:2], g[:2], g[:2])
    with pytest.raises(ValueError, match=r"g has shape \(5, 2\)"):
        diagnose(softmax, z, g[:, :2], g)
