"""Loses the minus of -y/s, and that of the quotient rule."""
# expect: {"softmax_partial": [0, ["sign"]], "dL_dz_entry": [0, ["sign"]], "softmax_backward": [0, ["sign"]]}
# %% softmax_partial
def softmax_partial(s, i, j):
    return s[i] * (s[j] - (i == j))
# %% dL_dz_entry
def dL_dz_entry(s, y, j):
    return y[j] - s[j] * y.sum()
# %% softmax_backward
def softmax_backward(s, g):
    return s * ((s * g).sum(axis=1, keepdims=True) - g)
