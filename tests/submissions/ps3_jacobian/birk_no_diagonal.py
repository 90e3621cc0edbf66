"""Forgets the diagonal matrix and keeps the outer product."""
# expect: {"softmax_jacobian": [0, ["no-diagonal"]], "softmax_backward_jacobian": [0, ["no-diagonal"]],
#          "softmax_backward": [0, ["no-diagonal"]], "mse_softmax_backward": [0, ["no-diagonal"]]}
# %% softmax_jacobian
def softmax_jacobian(s):
    return -s[:, :, None] * s[:, None, :]
# %% softmax_backward
def softmax_backward(s, g):
    return -s * (s * g).sum(axis=1, keepdims=True)
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    s = np.exp(log_softmax_forward(z))
    r = s - y
    return -s * (s * r).sum(axis=1, keepdims=True) / len(z)
