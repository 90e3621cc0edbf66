"""Forgets the outer product and keeps the diagonal matrix."""
# expect: {"softmax_jacobian": [0, ["missing-dot"]], "softmax_backward_jacobian": [0, ["missing-dot"]],
#          "softmax_backward": [0, ["missing-dot"]], "mse_softmax_backward": [0, ["missing-dot"]]}
# %% softmax_jacobian
def softmax_jacobian(s):
    return s[:, :, None] * np.eye(s.shape[1])
# %% softmax_backward
def softmax_backward(s, g):
    return s * g
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    s = np.exp(log_softmax_forward(z))
    r = s - y
    return s * r / len(z)
