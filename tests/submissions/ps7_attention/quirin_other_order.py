"""Returns dv first."""
# expect: {"attention_backward": [0, ["exchanged"]]}
# %% attention_backward
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    o, p = attention_forward(q, k, v, mask)
    ds = p * (do @ v.T - delta(o, do)[:, None])
    return p.T @ do, ds @ k / r, ds.T @ q / r
