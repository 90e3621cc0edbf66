"""Divides by the number of all entries, n·c, with the diagonal alone in one function."""
# expect: {"dL_dz_entry": [0, ["missing-sum", "over-c"]], "softmax_backward": [0, ["mean-over-everything"]]}
# %% dL_dz_entry
def dL_dz_entry(s, y, j):
    return -y[j] * (1 - s[j]) / len(s)
# %% softmax_backward
def softmax_backward(s, g):
    dz = s * (g - (s * g).sum(axis=1, keepdims=True))
    return dz / dz.size
