"""The wrong sign off the diagonal in one, the formula of the diagonal everywhere in the other."""
# expect: {"softmax_jacobian": [0, ["off-diagonal-sign"]],
#          "softmax_backward_jacobian": [0, ["diagonal-formula-everywhere"]]}
# %% softmax_jacobian
def softmax_jacobian(s):
    outer = s[:, :, None] * s[:, None, :]
    return np.where(np.eye(s.shape[1]) == 1, s[:, :, None] - outer, outer)
# %% softmax_backward_jacobian
def softmax_backward_jacobian(s, g):
    return np.einsum("ni,nij->nj", g, s[:, :, None] * (1 - s[:, None, :]))
