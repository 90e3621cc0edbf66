"""Softcapping: logits held between -cap and cap without a corner (chapter *Variants*; Gemma 2, 2024)."""

from __future__ import annotations

import numpy as np

from reference.arrays import as_floats, as_floats_like
from reference.half import in_float32


@in_float32
def softcap_forward(z: np.ndarray, cap: float) -> np.ndarray:
    """``cap · tanh(z / cap)`` entry by entry; z (n,) or (n, c) → the same shape. ValueError unless cap is positive."""
    z = as_floats("z", z, 0, 1, 2)
    return z.dtype.type(cap) * np.tanh(_scaled(z, cap))


@in_float32
def softcap_backward(z: np.ndarray, g: np.ndarray, cap: float) -> np.ndarray:
    """The VJP ``g (1 - tanh²(z / cap))``, computed as ``g / cosh²(z / cap)``; z, g of one shape → the same shape.

    ``1 - tanh²`` would be 0 from 19 caps on (float64). ValueError if the shapes differ or cap is not positive.
    """
    z = as_floats("z", z, 0, 1, 2)
    g = as_floats_like("g", g, "z", z)
    e = np.exp(-2 * np.abs(_scaled(z, cap)))
    return g * (4 * e / np.square(1 + e))


def _scaled(z: np.ndarray, cap: float) -> np.ndarray:
    if not cap > 0:
        raise ValueError(f"cap is {cap}; it must be positive")
    return z / z.dtype.type(cap)
