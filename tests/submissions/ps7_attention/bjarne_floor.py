"""Keeps the maximum from falling below -1e4."""
# expect: {"masked_softmax": [4, ["floored-maximum"]]}
# %% masked_softmax
def masked_softmax(x, mask):
    if mask is not None:
        x = np.where(mask, x, -np.inf)
    m = np.maximum(x.max(axis=1, keepdims=True), -1e4)
    e = np.exp(x - m)
    return e / np.maximum(e.sum(axis=1, keepdims=True), 1e-6)
