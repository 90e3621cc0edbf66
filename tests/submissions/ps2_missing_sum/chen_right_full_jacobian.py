"""Right, through the full Jacobian of each row, made with np.diag and np.outer."""
# %% softmax_partial
def softmax_partial(s, i, j):
    J = np.diag(s) - np.outer(s, s)
    return J[i, j]
# %% dL_dz_entry
def dL_dz_entry(s, y, j):
    J = np.diag(s) - np.outer(s, s)
    return (-y / s) @ J[:, j]
# %% missing_part
def missing_part(s, y):
    J = np.diag(s) - np.outer(s, s)
    np.fill_diagonal(J, 0)
    return (-y / s) @ J
# %% softmax_backward
def softmax_backward(s, g):
    dz = np.empty_like(g)
    for k, (row, upstream) in enumerate(zip(s, g)):
        J = np.diag(row) - np.outer(row, row)
        dz[k] = upstream @ J
    return dz
