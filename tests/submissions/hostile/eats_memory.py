"""Allocates until there is no more.

Told: MemoryError
Unprotected: prints MemoryError
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import numpy as np


def softmax_backward(s, g):
    kept = []
    while True:
        kept.append(np.zeros(10**8))
