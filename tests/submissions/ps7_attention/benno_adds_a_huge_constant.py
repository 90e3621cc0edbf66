"""Adds -1e10, and leaves a row without keys as it was."""
# expect: {"masked_softmax": [5, ["unmasked-row"]], "attention_forward": [6, ["unmasked-row"]],
#          "attention_backward": [6, ["unmasked-row"]]}
# %% masked_softmax
def masked_softmax(x, mask):
    if mask is not None:
        x = x - 1e10 * ~mask
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
