"""Sums over one block of keys."""
# expect: {"attention_backward": [1, ["sum-of-one-block"]]}
# %% attention_backward
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    o, p = attention_forward(q, k, v, mask)
    dp, ds = do @ v.T, np.zeros(p.shape)
    for j in range(0, len(k), 2):
        b = slice(j, j + 2)
        ds[:, b] = p[:, b] * (dp[:, b] - (p[:, b] * dp[:, b]).sum(axis=1, keepdims=True))
    return ds @ k / r, ds.T @ q / r, p.T @ do
