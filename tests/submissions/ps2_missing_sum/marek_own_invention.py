"""Wrong in ways that nobody has a name for."""
# expect: {"softmax_forward": [0, []], "softmax_partial": [0, []], "dL_dz_entry": [0, []], "missing_part": [0, []],
#          "softmax_backward": [0, []]}
# %% softmax_forward
def softmax_forward(z):
    return z**2 / (z**2).sum(axis=1, keepdims=True)
# %% softmax_partial
def softmax_partial(s, i, j):
    return s[i] ** 2 - s[j] + 0.1
# %% missing_part
def missing_part(s, y):
    return np.sqrt(s) * y.mean()
# %% softmax_backward
def softmax_backward(s, g):
    return np.tanh(g) * s - g.mean()
