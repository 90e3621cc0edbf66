"""Subtracts the maximum of the row or zero, whichever is larger: right unless all logits are far below zero."""
# expect: {"softmax_forward": [3, ["max-with-zero"]]}
# %% softmax_forward
def softmax_forward(z):
    e = np.exp(z - np.maximum(0, z.max(axis=1, keepdims=True)))
    return e / e.sum(axis=1, keepdims=True)
