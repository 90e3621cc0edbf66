"""Passes the upstream gradient on as it came."""
# expect: {"log_softmax_backward": [0, ["identity"]], "softmax_jacobian": [0, ["identity"]],
#          "softmax_backward_jacobian": [0, ["identity"]], "softmax_backward": [0, ["identity"]],
#          "mse_softmax_backward": [0, ["identity"]]}
# %% log_softmax_backward
def log_softmax_backward(z, g):
    return g.copy()
# %% softmax_jacobian
def softmax_jacobian(s):
    return np.tile(np.eye(s.shape[1]), (len(s), 1, 1))
# %% softmax_backward
def softmax_backward(s, g):
    return g.copy()
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    s = np.exp(log_softmax_forward(z))
    r = s - y
    return r / len(z)
