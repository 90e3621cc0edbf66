"""Softmax down the columns, and the right product behind it."""
# expect: {"mse_softmax_backward": [0, ["wrong-axis"]]}
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    e = np.exp(z - z.max(axis=0))
    s = e / e.sum(axis=0)
    return softmax_backward(s, (s - y) / len(z))
