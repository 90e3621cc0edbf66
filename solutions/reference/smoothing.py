"""Label smoothing (chapter *Variants*): a share ε of each row's weight is spread over all classes (Szegedy et al.
2016).
"""

from __future__ import annotations

import numpy as np

from reference.arrays import as_floats, as_labels


def smooth_labels(labels: np.ndarray, c: int, eps: float) -> np.ndarray:
    """``(1 - ε) one-hot + ε/c``; labels (n,) → (n, c) float64. Soft targets (n, c) take the place of one-hot.

    ValueError for a label outside 0 … c - 1, targets without c columns, or ε outside 0 … 1.
    """
    if np.ndim(labels) == 2:
        y = as_floats("labels", labels)
        if y.shape[1] != c:
            raise ValueError(f"labels have shape {y.shape}; (n, {c}) is expected of targets for {c} classes")
        return smoothed(y, eps) + y.dtype.type(0)
    return smoothed(np.eye(c)[as_labels(labels, (np.size(labels), c))], eps)


def smoothed(y: np.ndarray, eps: float) -> np.ndarray:
    """``(1 - ε) y + ε/c``; y (n, c) → (n, c), y itself for ε = 0. ValueError for ε outside 0 … 1."""
    if not 0 <= eps <= 1:
        raise ValueError(f"label smoothing is {eps}; a number from 0 to 1 is expected")
    return (1 - eps) * y + eps / y.shape[1] if eps else y
