"""Multiplies the whole gradient by s (1 - s) once more."""
# expect: {"mse_softmax_backward": [0, ["extra-sigmoid-prime"]]}
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    s = np.exp(log_softmax_forward(z))
    r = s - y
    return s * (1 - s) * s * (r - (s * r).sum(axis=1, keepdims=True)) / len(z)
