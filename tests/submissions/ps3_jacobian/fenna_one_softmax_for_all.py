"""One softmax for the whole matrix, and the right product behind it."""
# expect: {"mse_softmax_backward": [2, ["whole-matrix"]]}
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    e = np.exp(z - z.max())
    s = e / e.sum()
    return softmax_backward(s, (s - y) / len(z))
