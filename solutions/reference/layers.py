"""The linear layer (chapter *A whole network*)."""

from __future__ import annotations

import numpy as np

from reference.arrays import as_floats
from reference.half import in_float32


@in_float32
def linear_forward(X: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """``Z = X W + b``; X (n, d), W (d, c), b (c,) → (n, c), in the dtype of X.

    ValueError naming the shapes if they do not fit.
    """
    X, W = _operands(X, W)
    b = as_floats("b", b, 1).astype(X.dtype, copy=False)
    if b.shape != W.shape[1:]:
        raise ValueError(f"b has shape {b.shape} and W has shape {W.shape}; b needs as many entries as W has columns")
    return X @ W + b


@in_float32
def linear_backward(X: np.ndarray, W: np.ndarray, g: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The three VJPs of `linear_forward` for ``g = dL/dZ``: ``dX = g Wᵀ``, ``dW = Xᵀ g``, ``db = Σ_i g_i``.

    X (n, d), W (d, c), g (n, c) → (n, d), (d, c), (c,). ValueError naming the shapes if they do not fit.
    """
    X, W = _operands(X, W)
    g = as_floats("g", g).astype(X.dtype, copy=False)
    if g.shape != (len(X), W.shape[1]):
        raise ValueError(f"g has shape {g.shape} and X W has shape {(len(X), W.shape[1])}; they must be the same")
    return g @ W.T, X.T @ g, g.sum(axis=0)


def _operands(X: np.ndarray, W: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    X = as_floats("X", X)
    W = as_floats("W", W).astype(X.dtype, copy=False)
    if X.shape[1] != W.shape[0]:
        raise ValueError(f"X has shape {X.shape} and W has shape {W.shape}; X needs as many columns as W has rows")
    return X, W
