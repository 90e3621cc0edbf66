"""Subtracts one maximum, that of the whole matrix: rows far below it underflow."""
# expect: {"softmax_forward": [2, ["max-of-all"]]}
# %% softmax_forward
def softmax_forward(z):
    e = np.exp(z - np.max(z))
    return e / e.sum(axis=1, keepdims=True)
