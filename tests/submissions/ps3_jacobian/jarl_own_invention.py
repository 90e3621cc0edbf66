"""Wrong in ways that nobody has a name for."""
# expect: {"log_softmax_forward": [0, []], "log_softmax_backward": [0, []], "softmax_jacobian": [0, []],
#          "softmax_backward_jacobian": [0, []], "softmax_backward": [0, ["summed-too-early"]], "mse_softmax_backward": [0, []]}
# %% log_softmax_forward
def log_softmax_forward(z):
    return np.sin(z) - 3
# %% log_softmax_backward
def log_softmax_backward(z, g):
    return g * np.cos(z)
# %% softmax_jacobian
def softmax_jacobian(s):
    return np.sqrt(s[:, :, None] * s[:, None, :])
# %% softmax_backward_jacobian
def softmax_backward_jacobian(s, g):
    return np.tanh(g) * s ** 2
# %% softmax_backward
def softmax_backward(s, g):
    return s * (g - g.mean(axis=1, keepdims=True))
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    return np.tanh(z - y) / len(z)
