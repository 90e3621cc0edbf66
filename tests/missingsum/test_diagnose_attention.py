"""The mistake in the gradients of a head of attention is named from the numbers alone."""

from __future__ import annotations

import numpy as np
import pytest

import reference
from missingsum import diagnose, diagnose_attention, diagnose_function

RNG = np.random.default_rng(3)
Q, K, V, DO = (RNG.normal(size=size) for size in ((4, 5), (6, 5), (6, 3), (4, 3)))
MASK = RNG.random((4, 6)) < 0.6
MASK[:, :2] = True
MASK[2] = False
ROOT = np.sqrt(5)


def gradients(row_sum=True, scale=1 / ROOT, mask=MASK, P=None):
    o, weights = reference.attention_forward(Q, K, V, mask)
    P = weights if P is None else P
    dS = P * (DO @ V.T - (DO * o).sum(axis=1, keepdims=True) * row_sum) * scale
    return dS @ K, dS.T @ Q, P.T @ DO


@pytest.mark.parametrize("mask", [MASK, None], ids=["a mask", "no mask"])
def test_right_gradients_are_right(mask):
    assert diagnose_attention(Q, K, V, mask, DO, reference.attention_backward(Q, K, V, mask, DO)).right


@pytest.mark.parametrize(
    ("answer", "slip"),
    [
        (gradients(row_sum=False), "missing-dot"),
        (gradients(scale=1), "scale-missing"),
        (gradients(scale=1 / 5), "scale-twice"),
        (gradients(P=reference.masked_softmax(Q @ K.T / ROOT, None)), "another-p"),
        ((gradients()[2], *gradients()[:2]), "exchanged"),
    ],
    ids=["sum", "scale", "scale twice", "P", "order"],
)
def test_a_mistake_is_named(answer, slip):
    found = diagnose_attention(Q, K, V, MASK, DO, answer)
    assert [each.id for each in found.slips] == [slip] and "Read: " in str(found)


def test_an_invention_has_no_name():
    assert diagnose_attention(Q, K, V, MASK, DO, [np.sin(a) for a in gradients()]).slips == ()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((Q, K[:, :2], V, MASK, DO, gradients()), r"\(6, 2\)"),
        ((Q, K, V, MASK * 1.0, DO, gradients()), "booleans of shape"),
        ((Q, K, V, MASK.T, DO, gradients()), "booleans of shape"),
        ((Q, K, V, MASK, DO, gradients()[:2]), "2 arrays"),
    ],
    ids=["width", "numbers", "transposed", "two"],
)
def test_what_does_not_fit_is_said(given, message):
    with pytest.raises(ValueError, match=message):
        diagnose_attention(*given)


def attention(q, k, v, mask):
    return reference.attention_forward(q, k, v, mask)


def one_scale_forgotten(q, k, v, mask, do):
    root = np.sqrt(q.shape[1])
    o, P = attention(q, k, v, mask)
    dS = P * (do @ v.T - (do * o).sum(axis=1, keepdims=True))
    return dS @ k / root, dS.T @ q, P.T @ do


def a_sum_left_out(q, k, v, do):
    root = np.sqrt(q.shape[1])
    P = attention(q, k, v, None)[1]
    dS = P * (do @ v.T) / root
    return dS @ k, dS.T @ q, P.T @ do


def test_diagnose_takes_attention_and_its_inputs():
    inputs = Q, K, V, MASK
    assert diagnose(attention, inputs, DO, gradients()).right
    found = diagnose(attention, inputs, DO, gradients(row_sum=False))
    assert [slip.id for slip in found.slips] == ["missing-dot"]


def test_of_a_function_the_line_is_told_too():
    assert diagnose_function(attention, reference.attention_backward).right
    found = diagnose_function(attention, one_scale_forgotten)
    assert [slip.id for slip in found.slips] == ["scale-missing"]
    assert [spot.text for spot in found.place.spots] == ["dS.T @ q"]


def test_attention_may_have_no_mask():
    def forward(q, k, v):
        return attention(q, k, v, None)[0]

    found = diagnose_function(forward, a_sum_left_out)
    assert [slip.id for slip in found.slips] == ["missing-dot"]


def test_another_forward_pass_is_no_mistake_of_the_backward():
    with pytest.raises(ValueError, match="forward function does not give o"):
        diagnose_function(lambda q, k, v, mask: v[: len(q)], one_scale_forgotten)
