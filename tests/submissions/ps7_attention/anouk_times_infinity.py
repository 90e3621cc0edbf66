"""Multiplies hidden scores by minus infinity."""
# expect: {"masked_softmax": [0, ["infinity-times-score"]], "attention_forward": [1, ["infinity-times-score"]],
#          "attention_backward": [1, ["infinity-times-score"]]}
# %% masked_softmax
def masked_softmax(x, mask):
    if mask is not None:
        x = x * np.where(mask, 1.0, -np.inf)
    m = x.max(axis=1, keepdims=True)
    e = np.exp(x - np.where(m == -np.inf, 0.0, m))
    t = e.sum(axis=1, keepdims=True)
    return e / np.where(t == 0, 1.0, t)
