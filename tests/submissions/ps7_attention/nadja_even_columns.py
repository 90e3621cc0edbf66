"""Computes two columns at a time, and forgets the last of an odd number."""
# expect: {"attention_forward": [5, []], "attention_backward": [6, []]}
# %% attention_forward
def attention_forward(q, k, v, mask):
    p = masked_softmax(q @ k.T / np.sqrt(q.shape[1]), mask)
    o = np.zeros((len(q), v.shape[1]))
    for j in range(0, v.shape[1] - 1, 2):
        o[:, j : j + 2] = p @ v[:, j : j + 2]
    return o, p
# %% attention_backward
def attention_backward(q, k, v, mask, do):
    r = np.sqrt(q.shape[1])
    p = masked_softmax(q @ k.T / r, mask)
    o = p @ v
    ds = p * (do @ v.T - delta(o, do)[:, None])
    dv = np.zeros(v.shape)
    for j in range(0, v.shape[1] - 1, 2):
        dv[:, j : j + 2] = p.T @ do[:, j : j + 2]
    return ds @ k / r, ds.T @ q / r, dv
