"""Takes np.dot of two vectors for the outer product."""
# expect: {"softmax_jacobian": [0, ["outer-as-dot"]], "softmax_backward_jacobian": [0, ["outer-as-dot"]]}
# %% softmax_jacobian
def softmax_jacobian(s):
    return np.array([np.diag(row) - np.dot(row, row.T) for row in s])
