"""A factor n, c or 2 too much or too little."""
# expect: {"log_softmax_backward": [2, ["over-n"]], "softmax_jacobian": [0, ["half"]],
#          "softmax_backward_jacobian": [0, ["half"]], "softmax_backward": [4, ["over-n"]],
#          "mse_softmax_backward": [2, ["missing-mean"]]}
# %% log_softmax_backward
def log_softmax_backward(z, g):
    s = np.exp(log_softmax_forward(z))
    return (g - s * g.sum(axis=1, keepdims=True)) / len(z)
# %% softmax_jacobian
def softmax_jacobian(s):
    return 0.5 * s[:, :, None] * (np.eye(s.shape[1]) - s[:, None, :])
# %% softmax_backward
def softmax_backward(s, g):
    return s * (g - (s * g).sum(axis=1, keepdims=True)) / len(s)
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    s = np.exp(log_softmax_forward(z))
    r = s - y
    return s * (r - (s * r).sum(axis=1, keepdims=True))
