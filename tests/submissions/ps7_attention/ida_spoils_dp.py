"""Computes in the arrays that it is given."""
# expect: {"masked_softmax": [5, ["mutates-input"]], "attention_forward": [6, ["mutates-input"]],
#          "scores_backward": [4, ["mutates-input"]], "delta": [2, ["mutates-input"]],
#          "attention_backward": [6, ["mutates-input"]]}
# %% scores_backward
def scores_backward(p, dp):
    dp -= (p * dp).sum(axis=1, keepdims=True)
    dp *= p
    return dp
# %% delta
def delta(o, do):
    o *= do
    return o.sum(axis=1)
# %% masked_softmax
def masked_softmax(x, mask):
    if mask is not None:
        x[~mask] = -np.inf
    m = x.max(axis=1, keepdims=True)
    e = np.exp(x - np.where(m == -np.inf, 0.0, m))
    t = e.sum(axis=1, keepdims=True)
    return e / np.where(t == 0, 1.0, t)
# %% attention_forward
def attention_forward(q, k, v, mask):
    q /= np.sqrt(q.shape[1])
    p = masked_softmax(q @ k.T, mask)
    return p @ v, p
# %% attention_backward
def attention_backward(q, k, v, mask, do):
    o, p = attention_forward(q.copy(), k, v, mask)
    r = np.sqrt(q.shape[1])
    ds = p * (do @ v.T - (o * do).sum(axis=1, keepdims=True))
    dk = ds.T @ q / r
    q /= r
    return ds @ k / r, dk, p.T @ do
