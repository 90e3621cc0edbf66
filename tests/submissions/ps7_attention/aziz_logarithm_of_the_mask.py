"""Adds the logarithm of the mask and a tiny number."""
# expect: {"masked_softmax": [4, ["finite-mask"]], "attention_forward": [6, ["finite-mask"]],
#          "attention_backward": [5, []]}
# %% masked_softmax
def masked_softmax(x, mask):
    if mask is None:
        mask = np.ones(x.shape, dtype=bool)
    y = x + np.log(mask + 1e-45)
    e = np.exp(y - y.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True) * mask.any(axis=1, keepdims=True)
