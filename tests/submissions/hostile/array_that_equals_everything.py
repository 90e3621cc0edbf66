"""A subclass of ndarray for which every comparison is true.

Told: is 0; it should be
Unprotected: full points
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import numpy as np


class Liar(np.ndarray):
    def __eq__(self, other):
        return np.True_

    def all(self, *arguments, **options):
        return True

    def __array__(self, *arguments, **options):
        return np.zeros(self.shape)

    def __array_ufunc__(self, *arguments, **options):
        return np.zeros(self.shape)


def softmax_backward(s, g):
    return np.zeros(s.shape).view(Liar)
