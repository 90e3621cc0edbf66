"""Takes the root of the number of queries."""
# expect: {"attention_forward": [0, ["scale-of-another-size"]],
#          "attention_backward": [0, ["scale-of-another-size"]]}
# %% attention_forward
def attention_forward(q, k, v, mask):
    p = masked_softmax(q @ k.T / np.sqrt(q.shape[0]), mask)
    return p @ v, p
