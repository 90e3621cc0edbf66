"""Right, working in place on copies of his own."""
# %% softmax_forward
def softmax_forward(z):
    z = z.copy()
    z -= z.max(axis=1, keepdims=True)
    np.exp(z, out=z)
    z /= z.sum(axis=1, keepdims=True)
    return z
# %% missing_part
def missing_part(s, y):
    out = np.full(len(s), y.sum())
    out -= y
    out *= s
    return out
# %% softmax_backward
def softmax_backward(s, g):
    out = np.array(g)
    out -= (out * s).sum(axis=1).reshape(-1, 1)
    out *= s
    return out
