"""The functions of the suites in mpmath, straight from their definitions, on rows (n, c) of exact numbers."""

from __future__ import annotations

import numpy as np
from mpmath import mp, mpf


def logsumexp(z: np.ndarray) -> np.ndarray:
    """(n,)"""
    return np.array([mp.log(mp.fsum(mp.exp(v) for v in row)) for row in z], dtype=object)


def log_softmax(z: np.ndarray) -> np.ndarray:
    return z - logsumexp(z)[:, None]


def softmax(z: np.ndarray) -> np.ndarray:
    return np.array([[mp.exp(v) for v in row] for row in log_softmax(z)], dtype=object).reshape(z.shape)


def cross_entropy(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Each row's, for weighted targets y (n, c): (n,)"""
    terms = log_softmax(z)
    return np.array(
        [-mp.fsum(t * v for t, v in zip(targets, row) if t) for targets, row in zip(y, terms)], dtype=object
    )


def binary_cross_entropy(z: np.ndarray, y: np.ndarray, positives: np.ndarray) -> np.ndarray:
    """Each entry's, ``positives`` the weight of y ln σ(z)."""

    def entry(z: mpf, y: mpf, p: mpf) -> mpf:
        return (1 - y) * mp.log(1 + mp.exp(z)) + p * y * mp.log(1 + mp.exp(-z))

    return np.vectorize(entry, otypes=[object])(z, y, positives)


def divergence(log_s: np.ndarray, y: np.ndarray, log_targets: bool) -> np.ndarray:
    """Each entry's."""

    def entry(log_s: mpf, y: mpf) -> mpf:
        y, log_y = (mp.exp(y), y) if log_targets else (y, mp.log(y) if y else mpf(0))
        return y * (log_y - log_s) if y else mpf(0)

    return np.vectorize(entry, otypes=[object])(log_s, y)
