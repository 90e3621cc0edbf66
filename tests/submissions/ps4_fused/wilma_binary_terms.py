"""Adds the binary term for each class."""
# expect: {"softmax_cross_entropy_forward": [0, ["two-sided"]]}
# %% softmax_cross_entropy_forward
def softmax_cross_entropy_forward(z, y):
    x = z - z.max(axis=1, keepdims=True)
    e = np.exp(x)
    s = e / e.sum(axis=1, keepdims=True)
    log_s = x - np.log(e.sum(axis=1, keepdims=True))
    return -(y * log_s + (1 - y) * np.log(1 - s)).sum() / len(z)
