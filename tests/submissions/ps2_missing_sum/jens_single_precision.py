"""Computes in float32 halfway: near, and yet too far off for float64."""
# expect: {"softmax_forward": [0, ["single-precision"]], "softmax_backward": [0, ["single-precision"]]}
# %% softmax_forward
def softmax_forward(z):
    e = np.exp((z - z.max(axis=1, keepdims=True)).astype(np.float32))
    return e / e.sum(axis=1, keepdims=True)
# %% softmax_backward
def softmax_backward(s, g):
    s, g = s.astype("float32"), g.astype("float32")
    return s * (g - (s * g).sum(axis=1, keepdims=True))
