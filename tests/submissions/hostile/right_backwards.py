"""The right answer, in an array that runs backwards through memory: no attack, and worth all its points.

Told: nothing
Unprotected: full points
"""
# expect: {}
# %% softmax_backward
import numpy as np


def softmax_backward(s, g):
    answer = np.asfortranarray(s * (g - (s * g).sum(axis=1, keepdims=True)))
    return np.ascontiguousarray(answer[::-1, ::-1])[::-1, ::-1]
