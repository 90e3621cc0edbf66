"""Adds the boolean mask to the scores."""
# expect: {"masked_softmax": [0, ["mask-as-number"]], "attention_forward": [1, ["mask-as-number"]],
#          "scores_backward": [0, ["missing-dot"]], "attention_backward": [1, ["mask-as-number"]]}
# %% masked_softmax
def masked_softmax(x, mask):
    if mask is not None:
        x = x + mask
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
# %% scores_backward
def scores_backward(p, dp):
    return p * dp
