"""A matrix product where entries are multiplied."""
# expect: {"scores_backward": [0, ["matrix-for-elementwise"]], "delta": [0, ["matrix-for-elementwise"]],
#          "attention_backward": [0, []]}
# %% scores_backward
def scores_backward(p, dp):
    return p @ (dp - (p * dp).sum(axis=1, keepdims=True))
# %% delta
def delta(o, do):
    return o @ do.T
