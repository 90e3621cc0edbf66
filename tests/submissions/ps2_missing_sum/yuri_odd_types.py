"""Right numbers in types that are no real numbers: complex, objects, text."""
# expect: {"softmax_forward": [0, []], "missing_part": [0, []], "softmax_backward": [0, []]}
# %% softmax_forward
def softmax_forward(z):
    e = np.exp(z - z.max(axis=1, keepdims=True) + 0j)
    return e / e.sum(axis=1, keepdims=True)
# %% missing_part
def missing_part(s, y):
    return (s * (y.sum() - y)).astype(str)
# %% softmax_backward
def softmax_backward(s, g):
    dz = s * (g - (s * g).sum(axis=1, keepdims=True))
    return dz.astype(object)
