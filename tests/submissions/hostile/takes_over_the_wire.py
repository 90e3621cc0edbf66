"""Replaces the module that encodes its answers by one that always says zero.

Told: is 0; it should be
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import sys

import numpy as np


def softmax_backward(s, g):
    wire = sys.modules["wire"]
    encode = wire.encode
    wire.encode = lambda value, *rest: encode(np.zeros(value.shape) if isinstance(value, np.ndarray) else value, *rest)
    return s * (g - (s * g).sum(axis=1, keepdims=True))
