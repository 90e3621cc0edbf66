"""Binary cross-entropy, of logits and of probabilities: one yes or no an entry (chapter *Mean squared error*).

z, a, y are all (n,) or all (n, c); a row's loss is the sum over its c entries. Options, the same for forward and
backward:

- ``weight``: multiplies the loss of each entry; a number, (c,), or of the shape of z.
- ``pos_weight``: multiplies the term of y alone, ``y ln σ(z)``; a number or (c,). Of logits only.
- ``reduction``: "mean" (over the rows; the weights do not change what it divides by), "sum", or "none", which gives
  each row's loss (n,).

A mean over all entries, as some libraries take it, is that of ``z.ravel()``.
"""

from __future__ import annotations

import numpy as np

from reference.activations import sigmoid_forward
from reference.arrays import as_floats, as_floats_like
from reference.half import in_float32
from reference.options import divisor, reduced

Weight = np.ndarray | float | None


@in_float32
def bce_with_logits_forward(
    z: np.ndarray, y: np.ndarray, *, weight: Weight = None, pos_weight: Weight = None, reduction: str = "mean"
) -> np.floating | np.ndarray:
    """``L = -(1/n) Σ_i Σ_k [y ln σ(z) + (1 - y) ln(1 - σ(z))]``; z, y both (n,) or both (n, c) → one number.

    z may be of any finite size. Each term is computed as ``max(z, 0) - z y + ln(1 + exp(-|z|))``. ValueError if the
    shapes differ or an option makes no sense.
    """
    z = as_floats("z", z, 1, 2)
    y = as_floats_like("y", y, "z", z)
    rest = np.log1p(np.exp(-np.abs(z)))
    if pos_weight is None:
        terms = np.where(z > 0, z * (1 - y), -z * y) + rest
    else:
        positives = y * _weight_of("pos_weight", pos_weight, z)
        terms = (1 - y) * (np.maximum(z, 0) + rest) + positives * (np.maximum(-z, 0) + rest)
    return reduced(_by_row(terms if weight is None else terms * _weight_of("weight", weight, z)), reduction)


@in_float32
def bce_with_logits_backward(
    z: np.ndarray, y: np.ndarray, *, weight: Weight = None, pos_weight: Weight = None, reduction: str = "mean"
) -> np.ndarray:
    """``dL/dz = (σ(z) - y) / n`` of `bce_with_logits_forward`; z, y both (n,) or both (n, c) → the same shape.

    Computed as ``σ(z) (1 - y) - σ(-z) y``, which keeps every digit for y = 0 and y = 1. ValueError if the shapes
    differ.
    """
    z = as_floats("z", z, 1, 2)
    y = as_floats_like("y", y, "z", z)
    positives = y if pos_weight is None else y * _weight_of("pos_weight", pos_weight, z)
    gradient = sigmoid_forward(z) * (1 - y) - sigmoid_forward(-z) * positives
    if weight is not None:
        gradient *= _weight_of("weight", weight, z)
    return gradient / divisor(len(z), reduction)


@in_float32
def bce_forward(
    a: np.ndarray, y: np.ndarray, *, weight: Weight = None, reduction: str = "mean"
) -> np.floating | np.ndarray:
    """``L = -(1/n) Σ_i Σ_k [y ln a + (1 - y) ln(1 - a)]``, ``0 · ln 0 = 0``; a, y both (n,) or both (n, c) → one
    number.

    a from 0 to 1; the loss is inf where a sure entry is wrong. Whoever has the logits takes `bce_with_logits_forward`:
    a sure probability has lost the digits of ``1 - a``. ValueError if the shapes differ.
    """
    a = as_floats("a", a, 1, 2)
    y = as_floats_like("y", y, "a", a)
    terms = np.zeros_like(a)
    logs, logs_of_others = np.zeros_like(a), np.zeros_like(a)
    with np.errstate(divide="ignore", invalid="ignore"):
        np.log(a, out=logs, where=y != 0)
        np.log1p(-a, out=logs_of_others, where=y != 1)  # nan for what is no probability
    terms -= y * logs + (1 - y) * logs_of_others
    return reduced(_by_row(terms if weight is None else terms * _weight_of("weight", weight, a)), reduction)


@in_float32
def bce_backward(a: np.ndarray, y: np.ndarray, *, weight: Weight = None, reduction: str = "mean") -> np.ndarray:
    """``dL/da = [(1 - y) / (1 - a) - y / a] / n`` of `bce_forward`; a, y both (n,) or both (n, c) → the same shape.

    Each quotient is 0 where its numerator is, and infinite where only its denominator is. ValueError if the shapes
    differ.
    """
    a = as_floats("a", a, 1, 2)
    y = as_floats_like("y", y, "a", a)
    gradient, positives = np.zeros_like(a), np.zeros_like(a)
    with np.errstate(divide="ignore", over="ignore"):
        np.divide(1 - y, 1 - a, out=gradient, where=y != 1)
        np.divide(y, a, out=positives, where=y != 0)
    gradient -= positives
    if weight is not None:
        gradient *= _weight_of("weight", weight, a)
    return gradient / divisor(len(a), reduction)


def _by_row(terms: np.ndarray) -> np.ndarray:
    return terms if terms.ndim == 1 else terms.sum(axis=1)


def _weight_of(name: str, weight: np.ndarray | float, z: np.ndarray) -> np.ndarray:
    values = as_floats(name, np.asarray(weight), 0, 1, 2)
    if values.shape not in ((), z.shape[1:], z.shape):
        raise ValueError(
            f"{name} has shape {values.shape} and z has shape {z.shape}; one a class or one an entry is expected"
        )
    return values.astype(z.dtype, copy=False)
