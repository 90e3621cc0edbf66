"""Adds -10 to what is hidden."""
# expect: {"masked_softmax": [0, ["finite-mask"]], "attention_forward": [1, ["finite-mask"]],
#          "scores_backward": [0, ["identity"]], "attention_backward": [1, ["finite-mask"]]}
# %% masked_softmax
def masked_softmax(x, mask):
    if mask is not None:
        x = x + np.where(mask, 0.0, -10.0)
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
# %% scores_backward
def scores_backward(p, dp):
    return dp
