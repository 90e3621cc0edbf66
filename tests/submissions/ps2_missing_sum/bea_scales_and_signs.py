"""The wrong size in one function and the wrong sign too in the next."""
# expect: {"softmax_forward": [0, ["wrong-point"]], "softmax_partial": [0, ["over-c"]],
#          "dL_dz_entry": [0, ["sign", "factor-two"]], "missing_part": [0, ["sign", "over-c"]],
#          "softmax_backward": [0, ["sign", "times-n"]]}
# %% softmax_forward
def softmax_forward(z):
    e = np.exp(z.min(axis=1, keepdims=True) - z)
    return e / e.sum(axis=1, keepdims=True)
# %% softmax_partial
def softmax_partial(s, i, j):
    return s[i] * ((i == j) - s[j]) / len(s)
# %% dL_dz_entry
def dL_dz_entry(s, y, j):
    return 2 * (y[j] - s[j] * y.sum())
# %% missing_part
def missing_part(s, y):
    return s * (y - y.sum()) / len(s)
# %% softmax_backward
def softmax_backward(s, g):
    return s * ((s * g).sum(axis=1, keepdims=True) - g) * len(s)
