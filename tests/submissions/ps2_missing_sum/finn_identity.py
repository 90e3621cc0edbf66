"""Passes the upstream gradient on unchanged, and applies softmax twice."""
# expect: {"softmax_forward": [0, ["double-softmax"]], "softmax_backward": [0, ["identity"]]}
# %% softmax_forward
def softmax_forward(z):
    def once(a):
        e = np.exp(a - a.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)
    return once(once(z))
# %% softmax_backward
def softmax_backward(s, g):
    return g.copy()
