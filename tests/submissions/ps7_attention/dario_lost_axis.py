"""Loses the axis that was summed over."""
# expect: {"attention_forward": [0, ["scale-twice"]], "scores_backward": [1, ["keepdims-lost"]],
#          "attention_backward": [0, ["scale-twice"]]}
# %% scores_backward
def scores_backward(p, dp):
    return p * (dp - (p * dp).sum(axis=1))
# %% attention_forward
def attention_forward(q, k, v, mask):
    p = masked_softmax(q @ k.T / q.shape[1], mask)
    return p @ v, p
