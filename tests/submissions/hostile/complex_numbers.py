"""The answer with a hidden imaginary part.

Told: no array of real numbers
Unprotected: full points
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import numpy as np


def softmax_backward(s, g):
    return s * (g - (s * g).sum(axis=1, keepdims=True)) + 1j
