"""Replaces everything that could compare two arrays.

Told: is 0; it should be
Unprotected: full points
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import numpy as np


def softmax_backward(s, g):
    for name in ("allclose", "array_equal", "isclose", "abs", "isfinite"):
        setattr(np, name, lambda *arguments, **options: np.True_)
    return np.zeros(s.shape)
