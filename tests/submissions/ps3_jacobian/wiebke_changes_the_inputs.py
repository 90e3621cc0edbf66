"""Right values, but the arrays that were given are changed on the way."""
# expect: {"log_softmax_forward": [5, ["mutates-input"]], "log_softmax_backward": [4, ["mutates-input"]],
#          "softmax_jacobian": [4, ["mutates-input"]], "softmax_backward_jacobian": [4, ["mutates-input"]],
#          "softmax_backward": [5, ["mutates-input"]], "mse_softmax_backward": [4, ["mutates-input"]]}
# %% log_softmax_forward
def log_softmax_forward(z):
    z -= z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))
# %% log_softmax_backward
def log_softmax_backward(z, g):
    s = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
    g -= s * g.sum(axis=1, keepdims=True)
    return g
# %% softmax_jacobian
def softmax_jacobian(s):
    s *= -1
    return s[:, :, None] * -s[:, None, :] - s[:, :, None] * np.eye(s.shape[1])
# %% softmax_backward_jacobian
def softmax_backward_jacobian(s, g):
    for k, row in enumerate(s):
        g[k] = g[k] @ (np.diag(row) - np.outer(row, row))
    return g
# %% softmax_backward
def softmax_backward(s, g):
    g -= (s * g).sum(axis=1, keepdims=True)
    return s * g
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    s = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
    y -= s
    y /= -len(z)
    return s * (y - (s * y).sum(axis=1, keepdims=True))
