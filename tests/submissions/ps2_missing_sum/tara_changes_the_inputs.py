"""Right values, but the caller's arrays are changed on the way."""
# expect: {"softmax_forward": [3, ["mutates-input"]], "softmax_backward": [5, ["mutates-input"]]}
# %% softmax_forward
def softmax_forward(z):
    z -= z.max(axis=1, keepdims=True)
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)
# %% softmax_backward
def softmax_backward(s, g):
    g -= (s * g).sum(axis=1, keepdims=True)
    g *= s
    return g
