"""Two mistakes at once: the diagonal alone, with the wrong sign."""
# expect: {"dL_dz_entry": [0, ["missing-sum", "sign"]], "softmax_backward": [0, ["missing-sum", "sign"]]}
# %% dL_dz_entry
def dL_dz_entry(s, y, j):
    return y[j] * (1 - s[j])
# %% softmax_backward
def softmax_backward(s, g):
    return -g * s * (1 - s)
