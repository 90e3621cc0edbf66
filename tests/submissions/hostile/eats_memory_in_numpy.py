"""Asks NumPy for eighty gigabytes at once.

Told: MemoryError
Unprotected: prints MemoryError
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import numpy as np


def softmax_backward(s, g):
    return np.ones(10**10)
