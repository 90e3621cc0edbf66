"""An array on a file that is shorter than it says: whoever reads it dies.

Told: its process ended
Unprotected: dies
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import os

import numpy as np


def softmax_backward(s, g):
    answer = np.memmap("/tmp/answer", dtype="f8", mode="w+", shape=s.shape)
    os.truncate("/tmp/answer", 0)
    return answer
