"""Two mistakes in each function: the diagonal with the wrong sign, or without the mean."""
# expect: {"log_softmax_backward": [0, ["missing-sum", "sign"]],
#          "softmax_backward_jacobian": [0, ["missing-dot", "over-n"]],
#          "softmax_backward": [0, ["missing-sum", "sign"]],
#          "mse_softmax_backward": [0, ["missing-sum", "missing-mean"]]}
# %% softmax_backward
def softmax_backward(s, g):
    return -g * s * (1 - s)
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    s = np.exp(log_softmax_forward(z))
    r = s - y
    return r * s * (1 - s)
# %% log_softmax_backward
def log_softmax_backward(z, g):
    s = np.exp(log_softmax_forward(z))
    return g * (s - 1)
# %% softmax_backward_jacobian
def softmax_backward_jacobian(s, g):
    return s * g / len(s)
