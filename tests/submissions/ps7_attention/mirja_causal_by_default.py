"""Makes a causal mask where none is given."""
# expect: {"masked_softmax": [4, ["own-triangle"]], "attention_forward": [6, ["own-triangle"]],
#          "attention_backward": [3, ["own-triangle"]]}
# %% masked_softmax
def masked_softmax(x, mask):
    if mask is None:
        mask = np.tril(np.ones(x.shape, dtype=bool))
    x = np.where(mask, x, -np.inf)
    m = x.max(axis=1, keepdims=True)
    e = np.exp(x - np.where(m == -np.inf, 0.0, m))
    t = e.sum(axis=1, keepdims=True)
    return e / np.where(t == 0, 1.0, t)
