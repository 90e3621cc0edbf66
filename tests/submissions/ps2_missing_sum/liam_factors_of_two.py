"""Keeps the 2 of a squared error that is not there, and halves what is missing."""
# expect: {"missing_part": [0, ["half"]], "softmax_backward": [0, ["factor-two"]]}
# %% missing_part
def missing_part(s, y):
    return 0.5 * s * (y.sum() - y)
# %% softmax_backward
def softmax_backward(s, g):
    return 2 * s * (g - (s * g).sum(axis=1, keepdims=True))
