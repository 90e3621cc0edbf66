"""Forgets keepdims in the softmax behind the mean squared error."""
# expect: {"mse_softmax_backward": [2, ["keepdims-lost"]]}
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1)
    return softmax_backward(s, (s - y) / len(z))
