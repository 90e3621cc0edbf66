"""Leaves the sum out."""
# expect: {"scores_backward": [0, ["missing-dot"]], "attention_backward": [1, ["missing-dot"]]}
# %% scores_backward
def scores_backward(p, dp):
    return p * dp
# %% attention_backward
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    o, p = attention_forward(q, k, v, mask)
    ds = p * (do @ v.T)
    return ds @ k / r, ds.T @ q / r, p.T @ do
