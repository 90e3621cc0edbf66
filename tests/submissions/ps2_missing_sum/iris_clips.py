"""Clips the probabilities, which bends the small ones."""
# expect: {"softmax_forward": [3, ["clip"]], "softmax_backward": [5, ["clip"]]}
# %% softmax_forward
def softmax_forward(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.clip(e / e.sum(axis=1, keepdims=True), 1e-7, 1 - 1e-7)
# %% softmax_backward
def softmax_backward(s, g):
    s = np.clip(s, 1e-7, 1)
    return s * (g - (s * g).sum(axis=1, keepdims=True))
