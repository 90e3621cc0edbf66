"""Forgets keepdims: (n,) does not broadcast against (n, c), unless there is one row."""
# expect: {"log_softmax_forward": [4, ["keepdims-lost"]], "log_softmax_backward": [2, ["keepdims-lost"]],
#          "softmax_backward": [4, ["keepdims-lost"]], "mse_softmax_backward": [2, ["keepdims-lost"]]}
# %% log_softmax_forward
def log_softmax_forward(z):
    m = z.max(axis=1, keepdims=True)
    return z - (m[:, 0] + np.log(np.exp(z - m).sum(axis=1)))
# %% log_softmax_backward
def log_softmax_backward(z, g):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return g - e / e.sum(axis=1, keepdims=True) * g.sum(axis=1)
# %% softmax_backward
def softmax_backward(s, g):
    return s * (g - (s * g).sum(axis=1))
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    r = (s - y) / len(z)
    return s * (r - (s * r).sum(axis=1))
