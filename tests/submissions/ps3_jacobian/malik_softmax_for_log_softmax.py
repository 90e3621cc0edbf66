"""Uses the product of softmax for log-softmax, and softmax itself for its logarithm."""
# expect: {"log_softmax_forward": [0, ["no-logarithm"]], "log_softmax_backward": [0, ["softmax-for-log-softmax"]]}
# %% after setup
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
# %% log_softmax_forward
def log_softmax_forward(z):
    return softmax(z)
# %% log_softmax_backward
def log_softmax_backward(z, g):
    s = softmax(z)
    return s * (g - (s * g).sum(axis=1, keepdims=True))
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    s = softmax(z)
    return softmax_backward(s, (s - y) / len(z))
