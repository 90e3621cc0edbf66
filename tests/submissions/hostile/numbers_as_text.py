"""An array of strings.

Told: no array of real numbers
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import numpy as np


def softmax_backward(s, g):
    return np.full(s.shape, "0.0")
