"""Puts the weights on q."""
# expect: {"attention_forward": [0, ["wrong-array"]], "attention_backward": [0, []]}
# %% attention_forward
def attention_forward(q, k, v, mask):
    p = masked_softmax(q @ k.T / np.sqrt(q.shape[1]), mask)
    return p @ q, p
