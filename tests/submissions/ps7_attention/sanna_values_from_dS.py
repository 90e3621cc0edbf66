"""Computes dv with dS."""
# expect: {"attention_backward": [3, ["wrong-array"]]}
# %% attention_backward
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    o, p = attention_forward(q, k, v, mask)
    ds = p * (do @ v.T - delta(o, do)[:, None])
    return ds @ k / r, ds.T @ q / r, ds.T @ do
