"""Losses of outputs and of probabilities (chapters *Mean squared error* and *Cross-entropy*).

All losses sum over the c classes and average over the n rows; their gradients carry the 1/n. ``reduction`` "sum" leaves
the 1/n out, "none" gives each row's loss (n,), and each row of the gradient is then that of its own. For no rows, a
loss is 0.
"""

from __future__ import annotations

import numpy as np

from reference.arrays import as_floats, as_floats_like
from reference.half import in_float32
from reference.options import divisor, reduced


@in_float32
def mse_forward(a: np.ndarray, y: np.ndarray, *, reduction: str = "mean") -> np.floating | np.ndarray:
    """``L = (1/n) Σ_i ½ Σ_k (a_ik - y_ik)²``; a, y (n, c) → one number. ValueError if the shapes differ."""
    a = as_floats("a", a)
    y = as_floats_like("y", y, "a", a)
    return reduced(np.square(a - y).sum(axis=1) / 2, reduction)


@in_float32
def mse_backward(a: np.ndarray, y: np.ndarray, *, reduction: str = "mean") -> np.ndarray:
    """``dL/da = (a - y) / n`` of `mse_forward`; a, y (n, c) → (n, c). ValueError if the shapes differ."""
    a = as_floats("a", a)
    y = as_floats_like("y", y, "a", a)
    return (a - y) / divisor(len(a), reduction)


@in_float32
def cross_entropy_forward(s: np.ndarray, y: np.ndarray, *, reduction: str = "mean") -> np.floating | np.ndarray:
    """``L = -(1/n) Σ_i Σ_k y_ik ln s_ik`` with ``0 · ln 0 = 0``; s, y (n, c) → one number, inf where s = 0 and y > 0.

    ValueError if the shapes differ.
    """
    s = as_floats("s", s)
    y = as_floats_like("y", y, "s", s)
    logs = np.zeros_like(s)
    with np.errstate(divide="ignore"):
        np.log(s, out=logs, where=y != 0)
    return reduced(0 - (y * logs).sum(axis=1), reduction)


@in_float32
def cross_entropy_backward(s: np.ndarray, y: np.ndarray, *, reduction: str = "mean") -> np.ndarray:
    """``dL/ds = -y / (s n)`` of `cross_entropy_forward`; s, y (n, c) → (n, c).

    0 where y = 0, -inf where s = 0 and y > 0. ValueError if the shapes differ.
    """
    s = as_floats("s", s)
    y = as_floats_like("y", y, "s", s)
    gradient = np.zeros_like(s)
    with np.errstate(divide="ignore", over="ignore"):
        np.divide(-y, s, out=gradient, where=y != 0)
    return gradient / divisor(len(s), reduction)
