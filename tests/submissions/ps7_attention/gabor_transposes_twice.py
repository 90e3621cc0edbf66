"""Transposes v twice."""
# expect: {"attention_backward": [0, ["transposed"]]}
# %% attention_backward
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    o, p = attention_forward(q, k, v, mask)
    ds = p * (do @ v - delta(o, do)[:, None])
    return ds @ k / r, ds.T @ q / r, p.T @ do
