"""Sums over the whole matrix, forward and backward; a single row is right."""
# expect: {"softmax_forward": [2, ["whole-matrix"]], "softmax_backward": [2, ["whole-matrix"]]}
# %% softmax_forward
def softmax_forward(z):
    e = np.exp(z - z.max())
    return e / e.sum()
# %% softmax_backward
def softmax_backward(s, g):
    return s * (g - (s * g).sum())
