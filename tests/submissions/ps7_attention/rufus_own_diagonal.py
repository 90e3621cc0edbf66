"""Lets every row look at the key of its own number."""
# expect: {"masked_softmax": [0, ["own-triangle"]], "attention_forward": [1, ["own-triangle"]],
#          "attention_backward": [1, ["own-triangle"]]}
# %% masked_softmax
def masked_softmax(x, mask):
    mask = np.ones(x.shape, dtype=bool) if mask is None else mask | np.eye(*x.shape, dtype=bool)
    x = np.where(mask, x, -np.inf)
    m = x.max(axis=1, keepdims=True)
    e = np.exp(x - np.where(m == -np.inf, 0.0, m))
    t = e.sum(axis=1, keepdims=True)
    return e / np.where(t == 0, 1.0, t)
