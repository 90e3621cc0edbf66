"""Confuses the whole with its parts, and applies softmax where it has been applied."""
# expect: {"softmax_forward": [0, ["not-normalised", "no-max"]], "dL_dz_entry": [0, ["missing-dot"]],
#          "missing_part": [0, ["whole-gradient", "sign"]], "softmax_backward": [0, ["identity", "over-n"]]}
# %% softmax_forward
def softmax_forward(z):
    e = np.exp(z)
    return e
# %% dL_dz_entry
def dL_dz_entry(s, y, j):
    return -y[j]
# %% missing_part
def missing_part(s, y):
    return y - s * y.sum()
# %% softmax_backward
def softmax_backward(s, g):
    return g * (s > 0) / len(s)
