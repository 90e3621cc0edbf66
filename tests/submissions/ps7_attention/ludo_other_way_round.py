"""True is taken for hidden."""
# expect: {"masked_softmax": [0, ["mask-inverted"]], "attention_forward": [1, ["mask-inverted"]],
#          "attention_backward": [1, ["mask-inverted"]]}
# %% masked_softmax
def masked_softmax(x, mask):
    if mask is not None:
        x = np.where(mask, -np.inf, x)
    m = x.max(axis=1, keepdims=True)
    e = np.exp(x - np.where(m == -np.inf, 0.0, m))
    t = e.sum(axis=1, keepdims=True)
    return e / np.where(t == 0, 1.0, t)
