"""Right, in place on copies of his own."""
# %% log_softmax_forward
def log_softmax_forward(z):
    out = np.array(z, dtype=float)
    out -= out.max(axis=1)[:, None]
    out -= np.log(np.exp(out).sum(axis=1))[:, None]
    return out
# %% softmax_backward
def softmax_backward(s, g):
    out = g.copy()
    out -= np.vecdot(s, g)[:, None] if hasattr(np, "vecdot") else (s * g).sum(axis=1)[:, None]
    out *= s
    return out
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    s = np.exp(log_softmax_forward(z))
    r = s - y
    r -= (s * r).sum(axis=1, keepdims=True)
    r *= s
    r /= len(z)
    return r
