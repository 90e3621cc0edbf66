"""Divides the vector-Jacobian product by the number of rows, and returns the logarithm of softmax."""
# expect: {"softmax_forward": [0, ["log-softmax"]], "softmax_backward": [2, ["over-n"]]}
# %% softmax_forward
def softmax_forward(z):
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))
# %% softmax_backward
def softmax_backward(s, g):
    return s * (g - (s * g).sum(axis=1, keepdims=True)) / len(s)
