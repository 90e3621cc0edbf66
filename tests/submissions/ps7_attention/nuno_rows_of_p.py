"""Returns as many rows of P as there are keys."""
# expect: {"attention_forward": [5, []], "attention_backward": [3, []]}
# %% attention_forward
def attention_forward(q, k, v, mask):
    p = masked_softmax(q @ k.T / np.sqrt(q.shape[1]), mask)
    shown = np.zeros(p.shape)
    for i in range(min(len(q), len(k))):
        shown[i] = p[i]
    return p @ v, shown
