"""Returns any other array of the right shape that Python knows of.

Told: it returns None
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import gc

import numpy as np


def softmax_backward(s, g):
    for thing in gc.get_objects():
        if isinstance(thing, np.ndarray) and thing.shape == s.shape and thing is not s and thing is not g:
            return thing
