"""Hides whole rows."""
# expect: {"masked_softmax": [0, ["mask-by-rows"]], "attention_forward": [1, ["mask-by-rows"]],
#          "delta": [1, ["whole-matrix"]], "attention_backward": [0, ["mask-by-rows", "whole-matrix"]]}
# %% masked_softmax
def masked_softmax(x, mask):
    if mask is not None:
        x = np.where(mask.any(axis=1, keepdims=True), x, -np.inf)
    m = x.max(axis=1, keepdims=True)
    e = np.exp(x - np.where(m == -np.inf, 0.0, m))
    t = e.sum(axis=1, keepdims=True)
    return e / np.where(t == 0, 1.0, t)
# %% delta
def delta(o, do):
    return np.full(len(o), (o * do).sum())
