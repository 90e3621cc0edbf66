"""Softmax over the classes that a mask leaves, as attention has it (Vaswani et al. 2017)."""

from __future__ import annotations

import numpy as np

from reference.arrays import as_floats
from reference.half import in_float32
from reference.softmax import softmax_forward


@in_float32
def masked_softmax(x: np.ndarray, mask: np.ndarray | None) -> np.ndarray:
    """``exp(x_j) / Σ_{k visible} exp(x_k)`` where the mask is True, 0 where it is False; x (n, m) → (n, m).

    ``mask`` (n, m) boolean, True where a row may look, or None: everywhere. A row without any True is 0. What is hidden
    may hold anything. The VJP is `softmax_backward` of the result, for any mask. ValueError if the shapes differ,
    TypeError for a mask that is not boolean: of an additive one, ``mask == 0``.
    """
    x = as_floats("x", x)
    if mask is None:
        return softmax_forward(x)
    visible = as_mask(mask, x.shape)
    s = softmax_forward(np.where(visible, x, x.dtype.type(-np.inf)))
    return np.where(visible.any(axis=1, keepdims=True), s, x.dtype.type(0))


def as_mask(mask: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """``mask`` as booleans of the ``shape`` of the scores; TypeError or ValueError if not."""
    visible = np.asarray(mask)
    if visible.dtype != np.bool_:
        raise TypeError(f"mask has dtype {visible.dtype}; booleans are expected, True where a row may look")
    if visible.shape != shape:
        raise ValueError(f"mask has shape {visible.shape} and x has shape {shape}; they must be the same")
    return visible
