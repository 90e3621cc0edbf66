"""Loses the factor s: the derivative of the logarithm in the Jacobian, 1 - s in the product."""
# expect: {"softmax_jacobian": [0, ["log-derivative"]], "softmax_backward_jacobian": [0, ["log-derivative"]],
#          "softmax_backward": [0, ["lost-factor"]], "mse_softmax_backward": [0, ["lost-factor"]]}
# %% softmax_jacobian
def softmax_jacobian(s):
    return np.eye(s.shape[1]) - s[:, None, :]
# %% softmax_backward
def softmax_backward(s, g):
    return g * (1 - s)
