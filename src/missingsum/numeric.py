"""Derivatives by central differences: of functions whose rows do not depend on each other, and of single numbers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np


def rowwise_jacobian(forward: Callable[..., np.ndarray], x: np.ndarray, h: float = 0.05) -> np.ndarray:
    """The Jacobian of each row of ``forward`` at ``x``: ``J[k, i, j] = ∂ forward(x)[k, i] / ∂ x[k, j]``.

    Shapes: x (n, c), forward(x) (n, m), result (n, m, c), float64. Central differences

        D(h) = (f(x + h e_j) - f(x - h e_j)) / 2h = f'(x) + a h² + b h⁴ + …

    at h, h/2, h/4 and h/8, with Richardson's extrapolation removing the terms in h², h⁴ and h⁶. Column j of
    all rows is moved at once, so that it takes 8c evaluations; this is right only if row k of the result
    depends on row k of x alone.
    """
    x = np.array(x, dtype=np.float64)
    columns = []
    for j in range(x.shape[1]):
        table = [_central_difference(forward, x, j, h / 2**k) for k in range(4)]
        for order in range(1, 4):
            weight = 4.0**order
            table = [(weight * fine - coarse) / (weight - 1) for coarse, fine in pairwise(table)]
        columns.append(table[0])
    return np.stack(columns, axis=2)


def gradient(f: Callable[..., float], x: np.ndarray, h: float = 1e-3) -> np.ndarray:
    """The gradient of one number with respect to an array of any shape, float64.

    Central differences at h and h/2 for each entry, and one step of Richardson's extrapolation: four evaluations an
    entry. The error is about ε |f| / h from rounding and h⁴ |f⁽⁵⁾| / 480 from truncation, each near 1e-12 where f and
    its derivatives are of size 1.
    """
    x = np.array(x, dtype=np.float64)
    result = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        coarse, fine = (_difference(f, x, index, step) for step in (h, h / 2))
        result[index] = (4 * fine - coarse) / 3
    return result


def _difference(f: Callable[..., float], x: np.ndarray, index: tuple[int, ...], h: float) -> float:
    above, below = x.copy(), x.copy()
    above[index] += h
    below[index] -= h
    step = above[index] - below[index]
    return (float(f(above)) - float(f(below))) / step


def _central_difference(forward: Callable[..., np.ndarray], x: np.ndarray, j: int, h: float) -> np.ndarray:
    above, below = x.copy(), x.copy()
    above[:, j] += h
    below[:, j] -= h
    step = above[:, j] - below[:, j]
    return (np.asarray(forward(above), dtype=np.float64) - np.asarray(forward(below), dtype=np.float64)) / step[:, None]
