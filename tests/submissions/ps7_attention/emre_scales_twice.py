"""Scales dq twice."""
# expect: {"attention_backward": [1, ["scale-twice"]]}
# %% attention_backward
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    o, p = attention_forward(q, k, v, mask)
    ds = p * (do @ v.T - delta(o, do)[:, None])
    return ds @ k / r / r, ds.T @ q / r, p.T @ do
