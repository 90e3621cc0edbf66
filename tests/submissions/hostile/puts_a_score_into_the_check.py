"""Writes the points into the cell that nbgrader reads them from.

Told: is 0; it should be
Unprotected: prints displayed 6.0
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
def softmax_backward(s, g):
    return 0 * s
# %% test_softmax_backward
6.0
# %% after test_softmax_backward
6.0
