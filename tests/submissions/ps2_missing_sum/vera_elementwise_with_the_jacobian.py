"""Multiplies the Jacobian and the upstream gradient element by element and forgets to sum: (c, c) and (n, c, c)."""
# expect: {"missing_part": [0, ["elementwise-with-J"]], "softmax_backward": [0, ["elementwise-with-J"]]}
# %% missing_part
def missing_part(s, y):
    J = np.diag(s) - np.outer(s, s)
    return (-y / s)[:, None] * J
# %% softmax_backward
def softmax_backward(s, g):
    J = np.array([np.diag(row) - np.outer(row, row) for row in s])
    return g[:, :, None] * J
