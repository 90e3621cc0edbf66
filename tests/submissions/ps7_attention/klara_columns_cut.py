"""Uses the width of q for v."""
# expect: {"attention_backward": [1, ["columns-left-out"]]}
# %% attention_backward
def attention_backward(q, k, v, mask, do):
    d = q.shape[1]
    r = np.sqrt(d)
    o, p = attention_forward(q, k, v, mask)
    ds = p * (do[:, :d] @ v[:, :d].T - delta(o, do)[:, None])
    return ds @ k / r, ds.T @ q / r, p.T @ do
