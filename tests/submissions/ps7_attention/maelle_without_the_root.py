"""No scale at all."""
# expect: {"attention_forward": [0, ["scale-missing"]], "delta": [0, ["mean-for-sum"]],
#          "attention_backward": [0, ["scale-missing", "mean-for-sum"]]}
# %% attention_forward
def attention_forward(q, k, v, mask):
    p = masked_softmax(q @ k.T, mask)
    return p @ v, p
# %% delta
def delta(o, do):
    return (o * do).mean(axis=1)
