"""Multiplies by s (1 - s) wherever a derivative is asked for."""
# expect: {"softmax_forward": [2, ["last-row-only"]], "missing_part": [0, ["extra-sigmoid-prime"]],
#          "softmax_backward": [0, ["extra-sigmoid-prime"]]}
# %% softmax_forward
def softmax_forward(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = np.empty_like(z)
    for k in range(len(z)):
        s = np.zeros_like(z)
        s[k] = e[k] / e[k].sum()
    return s
# %% missing_part
def missing_part(s, y):
    return s * (y.sum() - y) * s * (1 - s)
# %% softmax_backward
def softmax_backward(s, g):
    return s * (g - (s * g).sum(axis=1, keepdims=True)) * s * (1 - s)
