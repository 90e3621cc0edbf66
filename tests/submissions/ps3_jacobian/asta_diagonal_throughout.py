"""Keeps the diagonal alone, everywhere."""
# expect: {"log_softmax_backward": [0, ["missing-sum"]], "softmax_jacobian": [0, ["missing-sum"]],
#          "softmax_backward_jacobian": [0, ["missing-sum"]], "softmax_backward": [0, ["missing-sum"]],
#          "mse_softmax_backward": [0, ["missing-sum"]]}
# %% log_softmax_backward
def log_softmax_backward(z, g):
    s = np.exp(log_softmax_forward(z))
    return g * (1 - s)
# %% softmax_jacobian
def softmax_jacobian(s):
    return np.array([np.diag(row * (1 - row)) for row in s])
# %% softmax_backward
def softmax_backward(s, g):
    return g * s * (1 - s)
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    s = np.exp(log_softmax_forward(z))
    r = s - y
    return r * s * (1 - s) / len(z)
