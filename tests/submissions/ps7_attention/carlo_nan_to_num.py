"""Removes nan from the output, and not from P."""
# expect: {"attention_backward": [6, ["row-without-keys"]]}
# %% attention_backward
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    x = q @ k.T / r
    x = x if mask is None else np.where(mask, x, -np.inf)
    e = np.exp(x - x.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    o = np.nan_to_num(p @ v)
    ds = p * (do @ v.T - delta(o, do)[:, None])
    return ds @ k / r, ds.T @ q / r, p.T @ do
