"""Divides by the sum of P, which is 0 in a row without keys."""
# expect: {"attention_forward": [6, ["row-without-keys"]], "scores_backward": [4, ["row-without-keys"]],
#          "attention_backward": [6, ["row-without-keys"]]}
# %% scores_backward
def scores_backward(p, dp):
    return p * (dp - (p * dp).sum(axis=1, keepdims=True) / p.sum(axis=1, keepdims=True))
# %% attention_forward
def attention_forward(q, k, v, mask):
    x = q @ k.T / np.sqrt(q.shape[1])
    x = x if mask is None else np.where(mask, x, -np.inf)
    e = np.exp(x - x.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return p @ v, p
