"""Adds where to subtract, and turns a sign round."""
# expect: {"scores_backward": [0, ["sign"]], "attention_backward": [1, ["part-sign"]]}
# %% attention_backward
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    o, p = attention_forward(q, k, v, mask)
    ds = p * (do @ v.T + delta(o, do)[:, None])
    return ds @ k / r, ds.T @ q / r, p.T @ do
# %% scores_backward
def scores_backward(p, dp):
    return p * ((p * dp).sum(axis=1, keepdims=True) - dp)
