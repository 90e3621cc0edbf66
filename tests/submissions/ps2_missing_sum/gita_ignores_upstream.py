"""Adds up the Jacobian without the upstream gradient, in one entry and in the whole."""
# expect: {"dL_dz_entry": [0, ["ignores-upstream"]], "softmax_backward": [0, ["ignores-upstream"]]}
# %% dL_dz_entry
def dL_dz_entry(s, y, j):
    return sum(softmax_partial(s, i, j) for i in range(len(s)))
# %% softmax_backward
def softmax_backward(s, g):
    dz = np.zeros_like(s)
    for k, row in enumerate(s):
        J = np.diag(row) - np.outer(row, row)
        dz[k] = J.sum(axis=0)
    return dz
