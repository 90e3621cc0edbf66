"""Softmax of softmax behind the mean squared error."""
# expect: {"mse_softmax_backward": [0, ["double-softmax"]]}
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    s = np.exp(log_softmax_forward(np.exp(log_softmax_forward(z))))
    return softmax_backward(s, (s - y) / len(z))
