"""Right, and so slow that each call keeps its limit and all of them together do not.

Told: for the whole submission were used up
"""
# expect: {"softmax_partial": [0, []], "dL_dz_entry": [0, []], "missing_part": [0, []], "softmax_backward": [0, []]}
# %% softmax_partial
import time


def softmax_partial(s, i, j):
    time.sleep(4.5)
    return s[i] * ((i == j) - s[j])
