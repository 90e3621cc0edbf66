"""Multiplies by s and leaves out the dot product."""
# expect: {"dL_dz_entry": [0, ["missing-dot"]], "softmax_backward": [0, ["missing-dot"]]}
# %% dL_dz_entry
def dL_dz_entry(s, y, j):
    dL_ds = -y / s
    return s[j] * dL_ds[j]
# %% softmax_backward
def softmax_backward(s, g):
    return s * g
