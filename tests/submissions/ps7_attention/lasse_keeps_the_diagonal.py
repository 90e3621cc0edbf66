"""Keeps the diagonal of the Jacobian."""
# expect: {"scores_backward": [0, ["missing-sum"]], "attention_backward": [1, ["missing-sum"]]}
# %% scores_backward
def scores_backward(p, dp):
    return dp * p * (1 - p)
# %% attention_backward
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    o, p = attention_forward(q, k, v, mask)
    ds = p * (1 - p) * (do @ v.T)
    return ds @ k / r, ds.T @ q / r, p.T @ do
