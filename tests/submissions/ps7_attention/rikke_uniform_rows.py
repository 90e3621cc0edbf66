"""Fills in -1e9, so that a row without keys looks everywhere alike."""
# expect: {"masked_softmax": [5, ["uniform-row"]], "attention_forward": [6, ["uniform-row"]],
#          "attention_backward": [6, ["uniform-row"]]}
# %% masked_softmax
def masked_softmax(x, mask):
    x = x if mask is None else np.where(mask, x, -1e9)
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
