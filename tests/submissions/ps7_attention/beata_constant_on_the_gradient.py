"""Puts the constant of the mask on the gradient, too."""
# expect: {"attention_backward": [2, ["constant-on-gradient"]]}
# %% attention_backward
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    o, p = attention_forward(q, k, v, mask)
    ds = p * (do @ v.T - delta(o, do)[:, None])
    if mask is not None:
        ds = ds + np.where(mask, 0.0, -1e10)
    return ds @ k / r, ds.T @ q / r, p.T @ do
