"""An object that says it is an array and equal to all.

Told: RecursionError
Unprotected: full points
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import numpy as np


class Liar:
    __class__ = np.ndarray
    shape, ndim, dtype, size = (5, 7), 2, np.dtype(float), 35

    def __eq__(self, other):
        return True

    def __array__(self, *arguments, **options):
        return np.array(self, dtype=object)


def softmax_backward(s, g):
    return Liar()
