"""inf, whose difference from inf is no number at all.

Told: is inf; it should be
Unprotected: full points
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import numpy as np


def softmax_backward(s, g):
    return np.full(s.shape, np.inf)
