"""The sign of the terms off the diagonal, and a sum that lacks the division by s."""
# expect: {"softmax_partial": [1, ["off-diagonal-sign"]], "dL_dz_entry": [0, ["not-divided-by-s"]],
#          "missing_part": [0, ["sign"]], "softmax_backward": [0, ["twice"]]}
# %% softmax_partial
def softmax_partial(s, i, j):
    return s[i] * (1 - s[i]) if i == j else s[i] * s[j]
# %% dL_dz_entry
def dL_dz_entry(s, y, j):
    J = np.diag(s) - np.outer(s, s)
    return -y @ J[:, j]
# %% missing_part
def missing_part(s, y):
    return np.array([sum(-y[i] / s[i] * softmax_partial(s, i, j) for i in range(len(s)) if i != j)
                     for j in range(len(s))])
# %% softmax_backward
def softmax_backward(s, g):
    for _ in range(2):
        g = s * (g - (s * g).sum(axis=1, keepdims=True))
    return g
