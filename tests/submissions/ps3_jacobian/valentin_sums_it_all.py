"""The dot product behind the mean squared error runs over the whole matrix."""
# expect: {"mse_softmax_backward": [2, ["whole-matrix"]]}
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    s = np.exp(log_softmax_forward(z))
    r = (s - y) / len(z)
    return s * (r - (s * r).sum())
