"""Focal loss (Lin et al. 2017; chapter *Variants*): ``(1 - s_k)^γ`` weighs each class's term of the cross-entropy.

Options, the same for forward and backward: ``alpha``, one number or one weight a class (c,), multiplies the terms, and
does not change what the mean divides by; ``reduction`` "mean" (over the rows kept), "sum" or "none". γ must not be
negative.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from reference.arrays import as_floats, as_floats_like, as_labels
from reference.half import in_float32
from reference.options import class_weights_of, divisor, reduced
from reference.softmax import log_softmax_product, shifted_exponentials


@in_float32
def focal_forward(
    z: np.ndarray,
    y: np.ndarray,
    gamma: float = 2.0,
    *,
    alpha: np.ndarray | float | None = None,
    reduction: str = "mean",
) -> np.floating | np.ndarray:
    """``L = -(1/n) Σ_i Σ_k y_ik α_k (1 - s_ik)^γ ln s_ik``; z, soft targets y, both (n, c) → one number.

    ValueError if the shapes differ or an option makes no sense.
    """
    return _forward(_problem(*_dense(z, y), gamma, alpha, reduction))


@in_float32
def focal_backward(
    z: np.ndarray,
    y: np.ndarray,
    gamma: float = 2.0,
    *,
    alpha: np.ndarray | float | None = None,
    reduction: str = "mean",
) -> np.ndarray:
    """dL/dz of `focal_forward`: ``(s_j Σ_k y_k a_k - y_j a_j) / n``; z, y (n, c) → (n, c).

    ``a_k = α_k [(1 - s_k)^γ - γ s_k (1 - s_k)^(γ-1) ln s_k]``: the cross-entropy's gradient with the targets y ⊙ a.
    """
    return _backward(_problem(*_dense(z, y), gamma, alpha, reduction))


@in_float32
def focal_from_labels_forward(
    z: np.ndarray,
    labels: np.ndarray,
    gamma: float = 2.0,
    ignore_index: int = -100,
    *,
    alpha: np.ndarray | float | None = None,
    reduction: str = "mean",
) -> np.floating | np.ndarray:
    """``L = -(1/n) Σ_i α_t (1 - s_t)^γ ln s_t`` with t the row's label; z (n, c), labels (n,) → one number.

    Rows whose label is ``ignore_index`` do not count, as in `cross_entropy_from_labels_forward`.
    """
    return _forward(_problem(*_one_hot(z, labels, ignore_index), gamma, alpha, reduction))


@in_float32
def focal_from_labels_backward(
    z: np.ndarray,
    labels: np.ndarray,
    gamma: float = 2.0,
    ignore_index: int = -100,
    *,
    alpha: np.ndarray | float | None = None,
    reduction: str = "mean",
) -> np.ndarray:
    """dL/dz of `focal_from_labels_forward`; z (n, c), labels (n,) → (n, c).

    ``(s - e_t) α_t [(1 - s_t)^γ - γ s_t (1 - s_t)^(γ-1) ln s_t] / n``, 0 in rows that are ignored.
    """
    return _backward(_problem(*_one_hot(z, labels, ignore_index), gamma, alpha, reduction))


class _Problem(NamedTuple):
    z: np.ndarray
    y: np.ndarray
    """multiplied by α; 0 in rows that do not count"""
    gamma: float
    n: int
    """the rows that count"""
    reduction: str


def _dense(z: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    z = as_floats("z", z)
    return z, as_floats_like("y", y, "z", z), len(z)


def _one_hot(z: np.ndarray, labels: np.ndarray, ignore_index: int) -> tuple[np.ndarray, np.ndarray, int]:
    z = as_floats("z", z)
    labels = as_labels(labels, z.shape, ignore_index)
    kept = labels != ignore_index
    y = (labels[:, None] == np.arange(z.shape[1])) & kept[:, None]
    return z, y.astype(z.dtype), int(np.count_nonzero(kept))


def _problem(
    z: np.ndarray, y: np.ndarray, n: int, gamma: float, alpha: np.ndarray | float | None, reduction: str
) -> _Problem:
    if gamma < 0:
        raise ValueError(f"gamma is {gamma}; it must not be negative")
    if alpha is not None:
        y = y * (y.dtype.type(alpha) if np.ndim(alpha) == 0 else class_weights_of(np.asarray(alpha), y, "alpha"))
    return _Problem(z, y, gamma, n, reduction)


def _forward(problem: _Problem) -> np.floating | np.ndarray:
    z, y, gamma, n, reduction = problem
    _, x, e, rest = shifted_exponentials(z)
    terms = np.zeros_like(z)
    np.multiply(y * _power(_others(e, rest), gamma), np.log1p(rest) - x, out=terms, where=y != 0)
    return reduced(terms.sum(axis=1), reduction, n)


def _backward(problem: _Problem) -> np.ndarray:
    z, y, gamma, n, reduction = problem
    _, x, e, rest = shifted_exponentials(z)
    s, others = e / (1 + rest), _others(e, rest)
    ratio = np.ones_like(others)  # of -ln s to 1 - s, whose limit is 1 at s = 1
    np.divide(np.log1p(rest) - x, others, out=ratio, where=others > 0)
    targets, slope = np.zeros_like(z), np.zeros_like(z)
    np.multiply(s, ratio, out=slope, where=(y != 0) & (s > 0))  # s ln s is 0 at s = 0
    np.multiply(y * _power(others, gamma), 1 + gamma * slope, out=targets, where=y != 0)
    gradient = log_softmax_product(z, e, rest, targets)
    gradient /= z.dtype.type(-divisor(n, reduction))
    counts = (y != 0).any(axis=1, keepdims=True)
    return np.where(counts, gradient, z.dtype.type(0)) + z.dtype.type(0)


def _others(e: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """``1 - s`` for each class, as the sum of the others."""
    return (rest + (1 - e)) / (1 + rest)


def _power(others: np.ndarray, gamma: float) -> np.ndarray:
    return others ** others.dtype.type(gamma)
