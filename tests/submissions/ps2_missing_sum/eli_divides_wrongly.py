"""Takes other things than -y/s for the derivative of the loss."""
# expect: {"softmax_partial": [0, ["log-derivative"]], "dL_dz_entry": [0, ["quotient", "over-c"]],
#          "missing_part": [0, ["not-divided-by-s"]], "softmax_backward": [0, ["log-derivative"]]}
# %% softmax_partial
def softmax_partial(s, i, j):
    return (i == j) - s[j]
# %% dL_dz_entry
def dL_dz_entry(s, y, j):
    J = np.diag(s) - np.outer(s, s)
    return ((s - y) / (s * (1 - s))) @ J[:, j] / len(s)
# %% missing_part
def missing_part(s, y):
    J = np.diag(s) - np.outer(s, s)
    np.fill_diagonal(J, 0)
    return -y @ J
# %% softmax_backward
def softmax_backward(s, g):
    J = np.array([np.eye(len(row)) - row for row in s])
    return np.einsum("ni,nij->nj", g, J)
