"""Sums down the columns, forward and backward."""
# expect: {"softmax_forward": [0, ["wrong-axis"]], "softmax_backward": [0, ["wrong-axis"]]}
# %% softmax_forward
def softmax_forward(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)
# %% softmax_backward
def softmax_backward(s, g):
    return s * (g - (s * g).sum(axis=0))
