"""Softmax down the columns."""
# expect: {"softmax_cross_entropy_forward": [0, ["wrong-axis"]], "softmax_cross_entropy_backward": [0, ["wrong-axis"]],
#          "cross_entropy_from_labels_forward": [0, ["wrong-axis"]],
#          "cross_entropy_from_labels_backward": [0, ["wrong-axis"]]}
# %% softmax_cross_entropy_forward
def softmax_cross_entropy_forward(z, y):
    x = z - z.max(axis=0)
    return (y * (np.log(np.exp(x).sum(axis=0)) - x)).sum() / len(z)
# %% softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    e = np.exp(z - z.max(axis=0))
    return (e / e.sum(axis=0) * y.sum(axis=1, keepdims=True) - y) / len(z)
# %% cross_entropy_from_labels_forward
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    rows = np.flatnonzero(labels != ignore_index)
    x = z - z.max(axis=0)
    log_s = x - np.log(np.exp(x).sum(axis=0))
    return -log_s[rows, labels[rows]].sum() / max(len(rows), 1)
# %% cross_entropy_from_labels_backward
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    kept = labels != ignore_index
    e = np.exp(z - z.max(axis=0))
    s = e / e.sum(axis=0)
    s[kept, labels[kept]] -= 1
    return s * kept[:, None] / max(kept.sum(), 1)
