"""Her gradients subtract one maximum for all rows; single rows are right."""
# expect: {"log_softmax_backward": [2, ["max-of-all"]], "mse_softmax_backward": [2, ["max-of-all"]]}
# %% log_softmax_backward
def log_softmax_backward(z, g):
    e = np.exp(z - z.max())
    s = e / e.sum(axis=1, keepdims=True)
    return g - s * g.sum(axis=1, keepdims=True)
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    e = np.exp(z - z.max())
    s = e / e.sum(axis=1, keepdims=True)
    g = (s - y) / len(z)
    return s * (g - (s * g).sum(axis=1, keepdims=True))
