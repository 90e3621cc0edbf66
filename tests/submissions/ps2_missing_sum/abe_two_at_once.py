"""Two mistakes in each function."""
# expect: {"softmax_forward": [0, ["wrong-axis", "log-softmax"]], "softmax_partial": [0, ["missing-sum", "sign"]],
#          "dL_dz_entry": [0, ["sign", "targets-must-sum-to-one"]],
#          "missing_part": [0, ["sign", "targets-must-sum-to-one"]], "softmax_backward": [0, ["missing-dot", "sign"]]}
# %% softmax_forward
def softmax_forward(z):
    e = np.exp(z - z.max(axis=0))
    return np.log(e / e.sum(axis=0))
# %% softmax_partial
def softmax_partial(s, i, j):
    return -s[i] * (1 - s[i]) if i == j else 0.0
# %% dL_dz_entry
def dL_dz_entry(s, y, j):
    return y[j] - s[j]
# %% missing_part
def missing_part(s, y):
    return s * (y - 1)
# %% softmax_backward
def softmax_backward(s, g):
    return -s * g
