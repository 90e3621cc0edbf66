"""Subtracts the maximum of the row or zero, whichever is larger."""
# expect: {"log_softmax_forward": [4, ["max-with-zero"]], "log_softmax_backward": [4, ["max-with-zero"]],
#          "mse_softmax_backward": [4, ["max-with-zero"]]}
# %% log_softmax_forward
def log_softmax_forward(z):
    z = z - np.maximum(z.max(axis=1, keepdims=True), 0)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))
