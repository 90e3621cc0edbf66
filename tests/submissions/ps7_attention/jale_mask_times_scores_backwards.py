"""Multiplies the scores by the mask where P is computed again."""
# expect: {"attention_backward": [1, ["another-p"]]}
# %% attention_backward
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    o, _ = attention_forward(q, k, v, mask)
    x = q @ k.T / r
    y = x if mask is None else np.where(mask, x, -np.inf)
    m = np.maximum(y.max(axis=1, keepdims=True), -1e300)
    t = np.exp(y - m).sum(axis=1, keepdims=True)
    lse = np.where(t > 0, m + np.log(np.where(t > 0, t, 1.0)), np.inf)
    p = np.exp((x if mask is None else x * mask) - lse)
    ds = p * (do @ v.T - delta(o, do)[:, None])
    return ds @ k / r, ds.T @ q / r, p.T @ do
