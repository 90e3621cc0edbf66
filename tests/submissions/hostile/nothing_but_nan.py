"""nan, which is neither smaller nor larger than any tolerance.

Told: is nan; it should be
Unprotected: full points
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import numpy as np


def softmax_backward(s, g):
    return np.full(s.shape, np.nan)
