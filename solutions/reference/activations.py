"""Activations that work entry by entry (chapter *Mean squared error*).

Their Jacobian is diagonal, so the sum over paths has one term.
"""

from __future__ import annotations

import numpy as np

from reference.arrays import as_floats, as_floats_like
from reference.half import in_float32


@in_float32
def sigmoid_forward(z: np.ndarray) -> np.ndarray:
    """``σ(z) = 1 / (1 + exp(-z))`` entry by entry; z (n,) or (n, c), of any size → the same shape and dtype.

    Computed as ``1 / (1 + e)`` for z ≥ 0 and ``e / (1 + e)`` for z < 0 with ``e = exp(-|z|) ≤ 1``, which
    cannot overflow.
    """
    z = as_floats("z", z, 0, 1, 2)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, z.dtype.type(1), e) / (1 + e)


@in_float32
def sigmoid_backward(a: np.ndarray, g: np.ndarray) -> np.ndarray:
    """The VJP ``g a (1 - a)`` entry by entry, with ``a = σ(z)`` and ``g = dL/da``; a, g of one shape → the same shape.

    ValueError if the shapes differ.
    """
    a = as_floats("a", a, 0, 1, 2)
    g = as_floats_like("g", g, "a", a)
    return g * a * (1 - a)


@in_float32
def log_sigmoid_forward(z: np.ndarray) -> np.ndarray:
    """``ln σ(z) = min(z, 0) - ln(1 + exp(-|z|))`` entry by entry; z (n,) or (n, c), of any size → the same shape."""
    z = as_floats("z", z, 0, 1, 2)
    return np.minimum(z, 0) - np.log1p(np.exp(-np.abs(z)))


@in_float32
def log_sigmoid_backward(z: np.ndarray, g: np.ndarray) -> np.ndarray:
    """The VJP ``g (1 - σ(z)) = g σ(-z)`` of `log_sigmoid_forward`; z, g of one shape → the same shape.

    ValueError if the shapes differ.
    """
    z = as_floats("z", z, 0, 1, 2)
    g = as_floats_like("g", g, "z", z)
    return g * sigmoid_forward(-z)


@in_float32
def relu_forward(z: np.ndarray) -> np.ndarray:
    """``max(z, 0)`` entry by entry; z (n,) or (n, c) → the same shape and dtype."""
    return np.maximum(as_floats("z", z, 0, 1, 2), 0)


@in_float32
def relu_backward(z: np.ndarray, g: np.ndarray) -> np.ndarray:
    """The VJP: g where z > 0, and 0 elsewhere, so 0 at z = 0; z, g of one shape → the same shape.

    A nan in z is passed on. ValueError if the shapes differ.
    """
    z = as_floats("z", z, 0, 1, 2)
    g = as_floats_like("g", g, "z", z)
    return np.where(np.isnan(z), z, np.where(z > 0, g, g.dtype.type(0)))
