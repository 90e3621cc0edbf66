"""Every sign the wrong way round."""
# expect: {"log_softmax_backward": [0, ["sign"]], "softmax_jacobian": [0, ["sign"]],
#          "softmax_backward_jacobian": [0, ["sign"]], "softmax_backward": [0, ["sign"]],
#          "mse_softmax_backward": [0, ["sign"]]}
# %% log_softmax_backward
def log_softmax_backward(z, g):
    s = np.exp(log_softmax_forward(z))
    return s * g.sum(axis=1, keepdims=True) - g
# %% softmax_jacobian
def softmax_jacobian(s):
    return s[:, :, None] * (s[:, None, :] - np.eye(s.shape[1]))
# %% softmax_backward
def softmax_backward(s, g):
    return s * ((s * g).sum(axis=1, keepdims=True) - g)
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    s = np.exp(log_softmax_forward(z))
    r = y - s
    return s * (r - (s * r).sum(axis=1, keepdims=True)) / len(z)
