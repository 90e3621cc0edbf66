"""Loses rows, and divides by two what was not doubled."""
# expect: {"softmax_forward": [2, ["last-row-everywhere"]], "softmax_partial": [0, ["half"]],
#          "dL_dz_entry": [0, ["half"]], "missing_part": [0, ["factor-two"]],
#          "softmax_backward": [0, ["half", "over-n"]]}
# %% softmax_forward
def softmax_forward(z):
    s = np.zeros(z.shape)
    for row in z:
        e = np.exp(row - row.max())
        s[:] = e / e.sum()
    return s
# %% softmax_partial
def softmax_partial(s, i, j):
    return s[i] * ((i == j) - s[j]) / 2
# %% dL_dz_entry
def dL_dz_entry(s, y, j):
    return (s[j] * y.sum() - y[j]) / 2
# %% missing_part
def missing_part(s, y):
    return 2 * s * (y.sum() - y)
# %% softmax_backward
def softmax_backward(s, g):
    return 0.5 * s * (g - (s * g).sum(axis=1, keepdims=True)) / len(s)
