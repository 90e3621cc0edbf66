"""Forgets keepdims: (n,) does not broadcast against (n, c), unless there is one row."""
# expect: {"softmax_forward": [2, ["keepdims-lost"]], "softmax_backward": [2, ["keepdims-lost"]]}
# %% softmax_forward
def softmax_forward(z):
    e = np.exp(z - z.max(axis=1))
    return e / e.sum(axis=1)
# %% softmax_backward
def softmax_backward(s, g):
    return s * (g - (s * g).sum(axis=1))
