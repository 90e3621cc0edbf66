"""Kullback-Leibler divergence of targets from log-probabilities (chapter *The geometry of softmax*): ``KL(y ‖ s)``.

It is the cross-entropy less the entropy of the targets, so that both have the same gradient in the logits.
``reduction``: "mean" (over the rows, which some libraries call "batchmean"), "sum", or "none": each row's divergence
(n,).
"""

from __future__ import annotations

import numpy as np

from reference.arrays import as_floats, as_floats_like
from reference.half import in_float32
from reference.options import divisor, reduced


@in_float32
def kl_divergence_forward(
    log_s: np.ndarray, y: np.ndarray, *, log_targets: bool = False, reduction: str = "mean"
) -> np.floating | np.ndarray:
    """``L = (1/n) Σ_i Σ_k y_ik (ln y_ik - ln s_ik)`` with ``0 · ln 0 = 0``; log_s = ln s, y (n, c) → one number.

    With ``log_targets``, y holds ``ln y``. inf where s = 0 and y > 0. ValueError if the shapes differ.
    """
    log_s = as_floats("log_s", log_s)
    y = as_floats_like("y", y, "log_s", log_s)
    logs = y if log_targets else np.zeros_like(y)
    if log_targets:
        y = np.exp(y)
    else:
        with np.errstate(invalid="ignore"):
            np.log(y, out=logs, where=y != 0)
    terms, counts = np.zeros_like(y), y != 0
    np.subtract(logs, log_s, out=terms, where=counts)
    np.multiply(y, terms, out=terms, where=counts)
    return reduced(terms.sum(axis=1), reduction)


@in_float32
def kl_divergence_backward(
    log_s: np.ndarray, y: np.ndarray, *, log_targets: bool = False, reduction: str = "mean"
) -> np.ndarray:
    """``dL/d ln s = -y / n`` of `kl_divergence_forward`; log_s, y (n, c) → (n, c). ValueError if the shapes differ.

    Through ``log_s = log_softmax_forward(z)`` it becomes ``(s Σ_k y_k - y) / n``: `log_softmax_backward`.
    """
    log_s = as_floats("log_s", log_s)
    y = as_floats_like("y", y, "log_s", log_s)
    return (0 - (np.exp(y) if log_targets else y)) / divisor(len(y), reduction)
