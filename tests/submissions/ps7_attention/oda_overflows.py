"""Exponentials without a maximum."""
# expect: {"masked_softmax": [4, ["no-max"]], "attention_forward": [6, ["no-max"]],
#          "attention_backward": [6, ["no-max"]]}
# %% masked_softmax
def masked_softmax(x, mask):
    e = np.exp(x)
    if mask is not None:
        e = np.where(mask, e, 0.0)
    t = e.sum(axis=1, keepdims=True)
    return e / np.where(t == 0, 1.0, t)
# %% attention_forward
def attention_forward(q, k, v, mask):
    e = np.exp(q @ k.T / np.sqrt(q.shape[1]))
    if mask is not None:
        e = np.where(mask, e, 0.0)
    t = e.sum(axis=1, keepdims=True)
    p = e / np.where(t == 0, 1.0, t)
    return p @ v, p
# %% attention_backward
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    e = np.exp(q @ k.T / r)
    if mask is not None:
        e = np.where(mask, e, 0.0)
    t = e.sum(axis=1, keepdims=True)
    p = e / np.where(t == 0, 1.0, t)
    dp = do @ v.T
    ds = p * (dp - (p * dp).sum(axis=1, keepdims=True))
    return ds @ k / r, ds.T @ q / r, p.T @ do
