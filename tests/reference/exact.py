"""Softmax, cross-entropy and its gradient to 50 digits, and how far a float lies from such a number."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from mpmath import mp, mpf


@dataclass(frozen=True)
class Row:
    """One example, exact for logits and targets as the floats that they are: s and dL/dz (c,), the loss, logsumexp."""

    softmax: list[mpf]
    gradient: list[mpf]
    loss: mpf
    logsumexp: mpf


def exact_row(z: np.ndarray, y: np.ndarray) -> Row:
    """``L = Σ_k y_k (lse - z_k)`` and ``dL/dz_j = s_j Σ_k y_k - y_j``; z (c,), -inf allowed where y = 0, y (c,)."""
    logits, targets = [mpf(float(v)) for v in z], [mpf(float(v)) for v in y]
    highest = max(logits)
    gap = max((float(highest - v) for v in logits if mp.isfinite(v)), default=0.0)
    with mp.workdps(50 + math.ceil(gap / math.log(10))):  # s_t - 1 cancels as many digits as the gap has
        e = [mp.exp(v - highest) if mp.isfinite(v) else mpf(0) for v in logits]
        total, weight = mp.fsum(e), mp.fsum(targets)
        lse = highest + mp.log(total)
        s = [v / total for v in e]
        loss = mp.fsum(t * (lse - v) for t, v in zip(targets, logits) if t)
        return Row(s, [p * weight - t for p, t in zip(s, targets)], loss, lse)


def ulps(value: np.floating, exact: mpf, unit_of: mpf | None = None) -> float:
    """The distance of a float from an exact number, in units in the last place that this has in the float's dtype.

    ``unit_of``: a number whose units are to be taken instead.
    """
    unit = np.spacing(np.abs(type(value)(float(exact if unit_of is None else unit_of))))
    with mp.workdps(50):
        return float(abs(mpf(float(value)) - exact) / mpf(float(unit)))
