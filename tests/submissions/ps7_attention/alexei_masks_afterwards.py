"""Softmax over everything, then the mask, then a new normalisation."""
# expect: {"masked_softmax": [4, ["maximum-over-hidden"]], "attention_forward": [6, ["maximum-over-hidden"]],
#          "attention_backward": [6, []]}
# %% masked_softmax
def masked_softmax(x, mask):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    if mask is not None:
        p = p * mask
    return p / (p.sum(axis=1, keepdims=True) + 1e-13)
