"""One softmax for the whole array."""
# expect: {"masked_softmax": [1, ["whole-matrix"]], "attention_forward": [0, ["whole-matrix"]],
#          "attention_backward": [0, ["whole-matrix"]]}
# %% masked_softmax
def masked_softmax(x, mask):
    if mask is not None:
        x = np.where(mask, x, -np.inf)
    e = np.exp(x - x.max())
    return e / e.sum()
