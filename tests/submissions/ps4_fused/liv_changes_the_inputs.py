"""Right values, but the arrays that were given are changed on the way."""
# expect: {"logsumexp": [4, ["mutates-input"]], "softmax_cross_entropy_forward": [6, ["mutates-input"]],
#          "softmax_cross_entropy_backward": [6, ["mutates-input"]],
#          "cross_entropy_from_labels_forward": [5, ["mutates-input"]],
#          "cross_entropy_from_labels_backward": [5, ["mutates-input"]]}
# %% logsumexp
def logsumexp(z):
    m = z.max(axis=1)
    z -= m[:, None]
    return m + np.log(np.exp(z, out=z).sum(axis=1))
# %% softmax_cross_entropy_forward
def softmax_cross_entropy_forward(z, y):
    z -= z.max(axis=1, keepdims=True)
    return (y * (np.log(np.exp(z).sum(axis=1, keepdims=True)) - z)).sum() / len(z)
# %% softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    z -= z.max(axis=1, keepdims=True)
    e = np.exp(z)
    return (e / e.sum(axis=1, keepdims=True) * y.sum(axis=1, keepdims=True) - y) / len(z)
# %% cross_entropy_from_labels_forward
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    z -= z.max(axis=1, keepdims=True)
    rows = np.flatnonzero(labels != ignore_index)
    return (np.log(np.exp(z).sum(axis=1))[rows] - z[rows, labels[rows]]).sum() / max(len(rows), 1)
# %% cross_entropy_from_labels_backward
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    z -= z.max(axis=1, keepdims=True)
    e = np.exp(z)
    s = e / e.sum(axis=1, keepdims=True)
    kept = labels != ignore_index
    s[kept, labels[kept]] -= 1
    return s * kept[:, None] / max(kept.sum(), 1)
