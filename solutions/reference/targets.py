"""Gradients with respect to the targets, for those who learn them too (chapter *Variants*; Hinton et al. 2015).

Each belongs to the loss that its name begins with and has the shape of the targets; ``reduction`` is the loss's own.
"""

from __future__ import annotations

import numpy as np

from reference.arrays import as_floats, as_floats_like
from reference.half import in_float32
from reference.losses import mse_backward
from reference.options import divisor
from reference.softmax import log_softmax_forward


@in_float32
def mse_targets_backward(a: np.ndarray, y: np.ndarray, *, reduction: str = "mean") -> np.ndarray:
    """``dL/dy = (y - a) / n`` of `mse_forward`; a, y (n, c) → (n, c). ValueError if the shapes differ."""
    return 0 - mse_backward(a, y, reduction=reduction)


@in_float32
def cross_entropy_targets_backward(s: np.ndarray, y: np.ndarray, *, reduction: str = "mean") -> np.ndarray:
    """``dL/dy = -ln s / n`` of `cross_entropy_forward`; s, y (n, c) → (n, c), inf where s = 0.

    ValueError if the shapes differ.
    """
    s = as_floats("s", s)
    as_floats_like("y", y, "s", s)
    with np.errstate(divide="ignore"):
        return (0 - np.log(s)) / divisor(len(s), reduction)


@in_float32
def softmax_cross_entropy_targets_backward(z: np.ndarray, y: np.ndarray, *, reduction: str = "mean") -> np.ndarray:
    """``dL/dy = -ln s / n`` of `softmax_cross_entropy_forward` without options, s = softmax(z); z, y (n, c) → (n, c).

    ValueError if the shapes differ.
    """
    z = as_floats("z", z)
    as_floats_like("y", y, "z", z)
    return (0 - log_softmax_forward(z)) / divisor(len(z), reduction)


@in_float32
def bce_with_logits_targets_backward(z: np.ndarray, y: np.ndarray, *, reduction: str = "mean") -> np.ndarray:
    """``dL/dy = -z / n`` of `bce_with_logits_forward` without weights; z, y both (n,) or both (n, c) → the same shape.

    ValueError if the shapes differ.
    """
    z = as_floats("z", z, 1, 2)
    as_floats_like("y", y, "z", z)
    return (0 - z) / divisor(len(z), reduction)


@in_float32
def kl_divergence_targets_backward(log_s: np.ndarray, y: np.ndarray, *, reduction: str = "mean") -> np.ndarray:
    """``dL/dy = (ln y + 1 - ln s) / n`` of `kl_divergence_forward`; log_s, y (n, c) → (n, c), -inf where y = 0.

    ValueError if the shapes differ.
    """
    log_s = as_floats("log_s", log_s)
    y = as_floats_like("y", y, "log_s", log_s)
    with np.errstate(divide="ignore"):
        return (np.log(y) + 1 - log_s) / divisor(len(y), reduction)
