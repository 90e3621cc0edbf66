"""Strides of zero make a petabyte out of eight bytes.

Told: MemoryError
Unprotected: prints MemoryError
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import numpy as np


def softmax_backward(s, g):
    return np.lib.stride_tricks.as_strided(np.zeros(1), (2**23, 2**23), (0, 0))
