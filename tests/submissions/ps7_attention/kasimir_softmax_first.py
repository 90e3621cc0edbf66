"""Goes back through softmax before v."""
# expect: {"attention_backward": [0, ["chain-out-of-order"]]}
# %% attention_backward
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    o, p = attention_forward(q, k, v, mask)
    ds = scores_backward(p, do) @ v.T
    return ds @ k / r, ds.T @ q / r, p.T @ do
