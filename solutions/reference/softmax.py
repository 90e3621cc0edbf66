"""Softmax, its Jacobian and its vector-Jacobian product, row by row (chapter *The missing sum*)."""

from __future__ import annotations

import numpy as np


def softmax_forward(z: np.ndarray) -> np.ndarray:
    """``s_i = exp(z_i - m) / Σ_k exp(z_k - m)`` with m the row's maximum; z (n, c) → s (n, c), for logits of any finite size."""
    _require_matrix("z", z)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def softmax_jacobian(s: np.ndarray) -> np.ndarray:
    """``J[k, i, j] = ∂s_ki/∂z_kj = s_ki (δ_ij - s_kj)``; s (n, c) → (n, c, c)."""
    _require_matrix("s", s)
    return s[:, :, None] * (np.eye(s.shape[1]) - s[:, None, :])


def softmax_backward(s: np.ndarray, g: np.ndarray) -> np.ndarray:
    """The vector-Jacobian product ``Σ_i g_i J_ij = s_j (g_j - Σ_i s_i g_i)`` of each row; s, g (n, c) → (n, c)."""
    _require_matrix("s", s)
    if s.shape != g.shape:
        raise ValueError(f"s has shape {s.shape} and g has shape {g.shape}; they must be the same")
    return s * (g - (s * g).sum(axis=1, keepdims=True))


def cross_entropy_gradient(s: np.ndarray, y: np.ndarray) -> np.ndarray:
    """dL/dz of ``L = -Σ_k y_k ln s_k`` row by row, not averaged: ``s_j Σ_k y_k - y_j``; s, y (n, c) → (n, c), any targets y."""
    _require_matrix("s", s)
    if s.shape != y.shape:
        raise ValueError(f"s has shape {s.shape} and y has shape {y.shape}; they must be the same")
    return s * y.sum(axis=1, keepdims=True) - y


def cross_entropy_gradient_missing_part(s: np.ndarray, y: np.ndarray) -> np.ndarray:
    """`cross_entropy_gradient` minus its i = j term ``-y_j (1 - s_j)``: ``s_j Σ_{k≠j} y_k``; s, y (n, c) → (n, c)."""
    return s * (y.sum(axis=1, keepdims=True) - y)


def _require_matrix(name: str, values: np.ndarray) -> None:
    if values.ndim != 2:
        raise ValueError(f"{name} has shape {values.shape}; (n, c) is expected")
