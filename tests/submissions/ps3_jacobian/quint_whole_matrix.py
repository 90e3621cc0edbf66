"""Sums over the whole matrix."""
# expect: {"log_softmax_forward": [4, ["whole-matrix"]], "log_softmax_backward": [2, ["whole-matrix"]],
#          "softmax_backward": [4, ["whole-matrix"]]}
# %% log_softmax_forward
def log_softmax_forward(z):
    m = z.max()
    return z - m - np.log(np.exp(z - m).sum())
# %% log_softmax_backward
def log_softmax_backward(z, g):
    s = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
    return g - s * g.sum()
# %% softmax_backward
def softmax_backward(s, g):
    return s * (g - (s * g).sum())
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    s = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
    r = s - y
    return s * (r - (s * r).sum(axis=1, keepdims=True)) / len(z)
