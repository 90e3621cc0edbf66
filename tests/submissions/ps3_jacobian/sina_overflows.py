"""Takes exponentials as they come, in softmax and in its logarithm."""
# expect: {"log_softmax_forward": [4, ["no-max"]], "log_softmax_backward": [4, ["no-max"]],
#          "mse_softmax_backward": [4, ["no-max"]]}
# %% after setup
def softmax(z):
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)
# %% log_softmax_forward
def log_softmax_forward(z):
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))
# %% log_softmax_backward
def log_softmax_backward(z, g):
    return g - softmax(z) * g.sum(axis=1, keepdims=True)
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    s = softmax(z)
    return softmax_backward(s, s - y) / len(z)
