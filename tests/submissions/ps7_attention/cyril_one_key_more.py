"""Lets every row see the next key, too."""
# expect: {"masked_softmax": [0, ["mask-moved"]], "attention_forward": [1, ["mask-moved"]],
#          "attention_backward": [1, ["mask-moved"]]}
# %% masked_softmax
def masked_softmax(x, mask):
    if mask is not None:
        mask = mask.copy()
        mask[:, 1:] |= mask[:, :-1].copy()
        x = np.where(mask, x, -np.inf)
    m = x.max(axis=1, keepdims=True)
    e = np.exp(x - np.where(m == -np.inf, 0.0, m))
    t = e.sum(axis=1, keepdims=True)
    return e / np.where(t == 0, 1.0, t)
