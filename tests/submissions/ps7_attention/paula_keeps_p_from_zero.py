"""Keeps P away from 0."""
# expect: {"scores_backward": [2, []], "attention_backward": [4, []]}
# %% scores_backward
def scores_backward(p, dp):
    kept = np.where(p > 0, np.maximum(p, 1e-12), 0.0)
    return kept * (dp - (kept * dp).sum(axis=1, keepdims=True))
# %% attention_backward
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    o, p = attention_forward(q, k, v, mask)
    p = np.where(p > 0, np.maximum(p, 1e-12), 0.0)
    ds = p * (do @ v.T - delta(o, do)[:, None])
    return ds @ k / r, ds.T @ q / r, p.T @ do
