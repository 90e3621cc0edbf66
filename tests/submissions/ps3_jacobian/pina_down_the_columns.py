"""Sums down the columns."""
# expect: {"log_softmax_forward": [0, ["wrong-axis"]], "log_softmax_backward": [0, ["wrong-axis"]],
#          "softmax_backward": [0, ["wrong-axis"]]}
# %% log_softmax_forward
def log_softmax_forward(z):
    m = z.max(axis=0)
    return z - m - np.log(np.exp(z - m).sum(axis=0))
# %% log_softmax_backward
def log_softmax_backward(z, g):
    s = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
    return g - s * g.sum(axis=0)
# %% softmax_backward
def softmax_backward(s, g):
    return s * (g - (s * g).sum(axis=0))
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    s = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
    r = s - y
    return s * (r - (s * r).sum(axis=1, keepdims=True)) / len(z)
