"""In two blocks, rescaled by a difference."""
# expect: {"attention_forward": [2, ["not-rescaled"]], "attention_backward": [1, ["not-rescaled"]]}
# %% attention_forward
def attention_forward(q, k, v, mask):
    x = q @ k.T / np.sqrt(q.shape[1])
    x = x if mask is None else np.where(mask, x, -np.inf)
    h = len(k) // 2
    m1 = np.maximum(x[:, :h].max(axis=1, keepdims=True), -1e300)
    m = np.maximum(m1, x[:, h:].max(axis=1, keepdims=True))
    e1, e2 = np.exp(x[:, :h] - m1), np.exp(x[:, h:] - m)
    c = np.exp(m1 - m)
    t = c * e1.sum(axis=1, keepdims=True) + e2.sum(axis=1, keepdims=True)
    o = (m1 - m) * (e1 @ v[:h]) + e2 @ v[h:]
    return o / np.where(t == 0, 1.0, t), masked_softmax(x, mask)
