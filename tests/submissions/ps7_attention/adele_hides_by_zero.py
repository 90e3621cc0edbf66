"""Multiplies the scores by the mask, and subtracts the plain sum of dP."""
# expect: {"masked_softmax": [0, ["hidden-as-zero"]], "attention_forward": [1, ["hidden-as-zero"]],
#          "scores_backward": [0, ["sum-not-weighed"]], "attention_backward": [1, ["hidden-as-zero"]]}
# %% masked_softmax
def masked_softmax(x, mask):
    if mask is not None:
        x = x * mask
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
# %% scores_backward
def scores_backward(p, dp):
    return p * (dp - dp.sum(axis=1, keepdims=True))
