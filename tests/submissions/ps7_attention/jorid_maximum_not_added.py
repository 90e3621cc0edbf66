"""Forgets the maximum in the logsumexp."""
# expect: {"attention_backward": [0, ["shift-not-undone"]]}
# %% attention_backward
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    o, _ = attention_forward(q, k, v, mask)
    x = q @ k.T / r
    y = x if mask is None else np.where(mask, x, -np.inf)
    m = np.maximum(y.max(axis=1, keepdims=True), -1e300)
    t = np.exp(y - m).sum(axis=1, keepdims=True)
    lse = np.where(t > 0, np.log(np.where(t > 0, t, 1.0)), np.inf)
    p = np.exp(y - lse)
    ds = p * (do @ v.T - delta(o, do)[:, None])
    return ds @ k / r, ds.T @ q / r, p.T @ do
