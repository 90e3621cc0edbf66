"""Losses of outputs, of probabilities and of binary logits (chapters *Mean squared error* and *Cross-entropy*).

All losses sum over the c classes and average over the n rows; their gradients carry the 1/n. For no rows, a loss is 0.
"""

from __future__ import annotations

import numpy as np

from reference.activations import sigmoid_forward
from reference.arrays import as_floats, as_floats_like, mean_over_rows


def mse_forward(a: np.ndarray, y: np.ndarray) -> np.floating:
    """``L = (1/n) Σ_i ½ Σ_k (a_ik - y_ik)²``; a, y (n, c) → one number. ValueError if the shapes differ."""
    a = as_floats("a", a)
    y = as_floats_like("y", y, "a", a)
    return mean_over_rows(np.square(a - y).sum(axis=1) / 2)


def mse_backward(a: np.ndarray, y: np.ndarray) -> np.ndarray:
    """``dL/da = (a - y) / n`` of `mse_forward`; a, y (n, c) → (n, c). ValueError if the shapes differ."""
    a = as_floats("a", a)
    y = as_floats_like("y", y, "a", a)
    return (a - y) / max(len(a), 1)


def cross_entropy_forward(s: np.ndarray, y: np.ndarray) -> np.floating:
    """``L = -(1/n) Σ_i Σ_k y_ik ln s_ik`` with ``0 · ln 0 = 0``; s, y (n, c) → one number, inf where s = 0 and y > 0.

    ValueError if the shapes differ.
    """
    s = as_floats("s", s)
    y = as_floats_like("y", y, "s", s)
    logs = np.zeros_like(s)
    with np.errstate(divide="ignore"):
        np.log(s, out=logs, where=y != 0)
    return mean_over_rows(0 - (y * logs).sum(axis=1))


def cross_entropy_backward(s: np.ndarray, y: np.ndarray) -> np.ndarray:
    """``dL/ds = -y / (s n)`` of `cross_entropy_forward`; s, y (n, c) → (n, c).

    0 where y = 0, -inf where s = 0 and y > 0. ValueError if the shapes differ.
    """
    s = as_floats("s", s)
    y = as_floats_like("y", y, "s", s)
    gradient = np.zeros_like(s)
    with np.errstate(divide="ignore", over="ignore"):
        np.divide(-y, s, out=gradient, where=y != 0)
    return gradient / max(len(s), 1)


def bce_with_logits_forward(z: np.ndarray, y: np.ndarray) -> np.floating:
    """``L = -(1/n) Σ_i Σ_k [y ln σ(z) + (1 - y) ln(1 - σ(z))]``; z, y both (n,) or both (n, c) → one number.

    z may be of any finite size. Each term is computed as ``max(z, 0) - z y + ln(1 + exp(-|z|))``. ValueError if the
    shapes differ.
    """
    z = as_floats("z", z, 1, 2)
    y = as_floats_like("y", y, "z", z)
    terms = np.where(z > 0, z * (1 - y), -z * y) + np.log1p(np.exp(-np.abs(z)))
    return mean_over_rows(terms if terms.ndim == 1 else terms.sum(axis=1))


def bce_with_logits_backward(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """``dL/dz = (σ(z) - y) / n`` of `bce_with_logits_forward`; z, y both (n,) or both (n, c) → the same shape.

    Computed as ``σ(z) (1 - y) - σ(-z) y``, which keeps every digit for y = 0 and y = 1. ValueError if the shapes
    differ.
    """
    z = as_floats("z", z, 1, 2)
    y = as_floats_like("y", y, "z", z)
    return (sigmoid_forward(z) * (1 - y) - sigmoid_forward(-z) * y) / max(len(z), 1)
