"""Softmax and sums run down the columns."""
# expect: {"masked_softmax": [0, ["wrong-axis"]], "attention_forward": [0, ["wrong-axis"]],
#          "scores_backward": [0, ["wrong-axis"]], "attention_backward": [0, ["wrong-axis"]]}
# %% masked_softmax
def masked_softmax(x, mask):
    if mask is None:
        mask = np.ones(x.shape, dtype=bool)
    e = np.where(mask, np.exp(x - np.where(mask, x, -np.inf).max()), 0.0)
    t = e.sum(axis=0)
    return e / np.where(t == 0, 1.0, t)
# %% scores_backward
def scores_backward(p, dp):
    return p * (dp - (p * dp).sum(axis=0))
