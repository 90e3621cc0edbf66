"""float32 stays float32 from one end to the other, where float32 is given."""
# %% ps4_fused logsumexp
def logsumexp(z):
    m = z.max(axis=1)
    return (m + np.log(np.exp(z - m[:, None]).sum(axis=1, dtype=z.dtype))).astype(z.dtype)
# %% ps4_fused softmax_cross_entropy_forward
def softmax_cross_entropy_forward(z, y):
    x = z - z.max(axis=1, keepdims=True)
    return (y.astype(z.dtype) * (logsumexp(x)[:, None] - x)).sum(dtype=z.dtype) / z.dtype.type(len(z))
# %% ps4_fused softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    dz = e / e.sum(axis=1, keepdims=True) * y.sum(axis=1, keepdims=True, dtype=z.dtype) - y.astype(z.dtype)
    return (dz / z.dtype.type(len(z))).astype(z.dtype)
# %% ps4_fused cross_entropy_from_labels_backward
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    kept = labels != ignore_index
    e = np.exp(z - z.max(axis=1, keepdims=True))
    y = np.eye(z.shape[1], dtype=z.dtype)[np.where(kept, labels, 0)]
    weights = (kept / max(kept.sum(), 1)).astype(z.dtype)
    return (e / e.sum(axis=1, keepdims=True) - y) * weights[:, None]
# %% ps6_network relu_forward
def relu_forward(z):
    return np.where(z > 0, z, z.dtype.type(0))
# %% ps6_network relu_backward
def relu_backward(z, g):
    return g * (z > 0).astype(g.dtype)
# %% ps6_network linear_backward
def linear_backward(X, W, g):
    return np.dot(g, W.T).astype(X.dtype), np.dot(X.T, g).astype(W.dtype), g.sum(axis=0, dtype=g.dtype)
# %% ps7_attention masked_softmax
def masked_softmax(x, mask):
    none = x.dtype.type(-np.inf)
    x = x if mask is None else np.where(mask, x, none)
    m = x.max(axis=1, keepdims=True)
    e = np.exp(x - np.where(m == none, x.dtype.type(0), m))
    total = e.sum(axis=1, keepdims=True, dtype=x.dtype)
    p = e / np.where(total == 0, x.dtype.type(1), total)
    assert p.dtype == x.dtype
    return p
# %% ps7_attention scores_backward
def scores_backward(p, dp):
    dx = p * (dp - np.sum(p * dp, axis=1, keepdims=True, dtype=p.dtype))
    assert dx.dtype == p.dtype
    return dx
# %% ps7_attention attention_backward
def attention_backward(q, k, v, mask, do):
    root = q.dtype.type(np.sqrt(q.shape[1]))
    o, p = attention_forward(q, k, v, mask)
    ds = scores_backward(p.astype(q.dtype), do @ v.T)
    dq, dk, dv = ds @ k / root, ds.T @ q / root, p.astype(q.dtype).T @ do
    assert dq.dtype == dk.dtype == dv.dtype == q.dtype
    return dq, dk, dv
