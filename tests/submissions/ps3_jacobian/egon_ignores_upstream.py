"""Adds up the Jacobian and never uses g."""
# expect: {"log_softmax_backward": [0, ["ignores-upstream"]], "softmax_backward_jacobian": [0, ["ignores-upstream"]],
#          "softmax_backward": [0, ["ignores-upstream"]], "mse_softmax_backward": [0, ["ignores-upstream"]]}
# %% log_softmax_backward
def log_softmax_backward(z, g):
    s = np.exp(log_softmax_forward(z))
    return 1 - s.shape[1] * s
# %% softmax_backward_jacobian
def softmax_backward_jacobian(s, g):
    return softmax_jacobian(s).sum(axis=1)
# %% softmax_backward
def softmax_backward(s, g):
    return s - s * s.sum(axis=1, keepdims=True)
