"""A memory-mapped array that a thread fills with something else all the time.

Told: it should be
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import threading

import numpy as np


def fill(array):
    while True:
        array[:] = np.random.default_rng().normal(size=array.shape)


def softmax_backward(s, g):
    answer = np.memmap("/tmp/answer", dtype="f8", mode="w+", shape=s.shape)
    threading.Thread(target=fill, args=[answer], daemon=True).start()
    return answer
