"""Scales by the width of v on the way back."""
# expect: {"attention_backward": [1, ["scale-of-another-size"]]}
# %% attention_backward
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(v.shape[1])
    o, p = attention_forward(q, k, v, mask)
    ds = p * (do @ v.T - delta(o, do)[:, None])
    return ds @ k / r, ds.T @ q / r, p.T @ do
