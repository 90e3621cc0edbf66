"""Multiplies by the root."""
# expect: {"attention_forward": [0, ["scale-upside-down"]], "scores_backward": [0, ["left-out"]],
#          "attention_backward": [0, ["scale-upside-down"]]}
# %% attention_forward
def attention_forward(q, k, v, mask):
    p = masked_softmax(q @ k.T * np.sqrt(q.shape[1]), mask)
    return p @ v, p
# %% scores_backward
def scores_backward(p, dp):
    return p * dp - (p * dp).sum(axis=1, keepdims=True)
