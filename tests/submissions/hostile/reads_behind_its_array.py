"""Negative strides that lead out of the array, in the hope of what lies before it in the memory of whoever compares.

Told: its process ended
Unprotected: dies
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import numpy as np


def softmax_backward(s, g):
    return np.lib.stride_tricks.as_strided(np.zeros(1), s.shape, (-(2**40), -(2**35)))
