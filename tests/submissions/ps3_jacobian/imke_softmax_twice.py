"""Softmax of softmax."""
# expect: {"log_softmax_forward": [0, ["double-softmax"]], "log_softmax_backward": [0, ["double-softmax"]]}
# %% after setup
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
# %% log_softmax_forward
def log_softmax_forward(z):
    return np.log(softmax(softmax(z)))
# %% log_softmax_backward
def log_softmax_backward(z, g):
    return g - softmax(softmax(z)) * g.sum(axis=1, keepdims=True)
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    s = softmax(z)
    return softmax_backward(s, (s - y) / len(z))
