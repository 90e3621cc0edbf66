"""Subtracts one maximum for all rows."""
# expect: {"log_softmax_forward": [4, ["max-of-all"]],
#          "log_softmax_backward": [2, ["max-of-all"]], "mse_softmax_backward": [2, ["max-of-all"]]}
# %% log_softmax_forward
def log_softmax_forward(z):
    z = z - z.max()
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))
