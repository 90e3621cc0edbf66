"""The mistake in the gradients of a head of attention is named from the numbers alone."""

from __future__ import annotations

import numpy as np
import pytest

import reference
from missingsum import diagnose, diagnose_attention

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


@pytest.mark.parametrize("inputs", [(Q, K, V, MASK), (Q, K, V, None)], ids=["a mask", "no mask"])
def test_diagnose_takes_the_forward_pass_and_its_inputs(inputs):
    mask = inputs[3]
    assert diagnose(reference.attention_forward, inputs, DO, gradients(mask=mask)).right
    found = diagnose(reference.attention_forward, inputs, DO, gradients(scale=1, mask=mask))
    assert [each.id for each in found.slips] == ["scale-missing"]


@pytest.mark.parametrize(
    ("f", "inputs", "message"),
    [
        (lambda q, k, v: q[:, :3], (Q, K, V), "its o is not softmax"),
        (lambda q, k: q, (Q, K), "a tuple of 2"),
    ],
    ids=["another function", "two inputs"],
)
def test_diagnose_knows_no_other_function_of_several_inputs(f, inputs, message):
    with pytest.raises(ValueError, match=message):
        diagnose(f, inputs, DO, gradients(mask=None))


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
