"""Negative log-likelihood of log-probabilities (chapter *Cross-entropy*): what follows log-softmax in a cross-entropy.

Whoever has the logits takes `cross_entropy_from_labels_forward`, which keeps the digits of sure predictions. The
options are those of `reference.fused`: ``class_weights`` and ``row_weights`` count in what the mean divides by,
``reduction``.
"""

from __future__ import annotations

import numpy as np

from reference.arrays import as_floats, as_labels
from reference.half import in_float32
from reference.options import class_weights_of, divisor, reduced, row_weights_of


@in_float32
def nll_from_labels_forward(
    log_s: np.ndarray,
    labels: np.ndarray,
    ignore_index: int = -100,
    *,
    class_weights: np.ndarray | None = None,
    row_weights: np.ndarray | None = None,
    reduction: str = "mean",
) -> np.floating | np.ndarray:
    """``L = -Σ_i w_i log_s_{i, t_i} / Σ_i w_i`` with t the labels, ``w_i = 1`` unless weights say more, over the rows
    kept.

    log_s (n, c), labels (n,) → one number; 0 if all rows are ignored. ValueError if the shapes do not fit or a label is
    no class.
    """
    log_s, rows, targets, weights = _terms(log_s, labels, ignore_index, class_weights, row_weights)
    losses = np.zeros(len(log_s), dtype=log_s.dtype)
    losses[rows] = 0 - weights * log_s[rows, targets]
    return reduced(losses, reduction, weights.sum(dtype=np.float64))


@in_float32
def nll_from_labels_backward(
    log_s: np.ndarray,
    labels: np.ndarray,
    ignore_index: int = -100,
    *,
    class_weights: np.ndarray | None = None,
    row_weights: np.ndarray | None = None,
    reduction: str = "mean",
) -> np.ndarray:
    """dL/d log_s of `nll_from_labels_forward`:

    ``-w_i / Σ_i w_i`` at the label of each row kept, 0 elsewhere; → (n, c).
    """
    log_s, rows, targets, weights = _terms(log_s, labels, ignore_index, class_weights, row_weights)
    gradient = np.zeros_like(log_s)
    gradient[rows, targets] = 0 - weights / log_s.dtype.type(divisor(weights.sum(dtype=np.float64), reduction))
    return gradient


def _terms(
    log_s: np.ndarray,
    labels: np.ndarray,
    ignore_index: int,
    class_weights: np.ndarray | None,
    row_weights: np.ndarray | None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """log_s, the rows kept, and their labels and weights."""
    log_s = as_floats("log_s", log_s)
    labels = as_labels(labels, log_s.shape, ignore_index)
    rows = np.flatnonzero(labels != ignore_index)
    weights = np.ones(len(rows), dtype=log_s.dtype)
    if class_weights is not None:
        weights = weights * class_weights_of(class_weights, log_s)[labels[rows]]
    if row_weights is not None:
        weights = weights * row_weights_of(row_weights, log_s)[rows]
    return log_s, rows, labels[rows], weights
