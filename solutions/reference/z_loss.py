"""The z-loss on its own: it holds logsumexp near 0 (chapter *Variants*; Chowdhery et al. 2022, *PaLM*)."""

from __future__ import annotations

import numpy as np

from reference.arrays import as_floats
from reference.half import in_float32
from reference.options import divisor, reduced
from reference.softmax import logsumexp, softmax_forward


@in_float32
def z_loss_forward(z: np.ndarray, *, reduction: str = "mean") -> np.floating | np.ndarray:
    """``L = (1/n) Σ_i logsumexp(z_i)²``; z (n, c) → one number. What `reference.fused` adds, times ζ."""
    return reduced(np.square(logsumexp(z)), reduction)


@in_float32
def z_loss_backward(z: np.ndarray, *, reduction: str = "mean") -> np.ndarray:
    """``dL/dz = 2 logsumexp(z) s / n`` of `z_loss_forward`, s = softmax(z); z (n, c) → (n, c)."""
    z = as_floats("z", z)
    return 2 * logsumexp(z)[:, None] * softmax_forward(z) / divisor(len(z), reduction)
