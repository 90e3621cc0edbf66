"""Adds up over the rows and forgets the mean."""
# expect: {"softmax_cross_entropy_forward": [5, ["missing-mean"]],
#          "softmax_cross_entropy_backward": [5, ["missing-mean"]],
#          "cross_entropy_from_labels_forward": [4, ["missing-mean"]],
#          "cross_entropy_from_labels_backward": [4, ["missing-mean"]]}
# %% softmax_cross_entropy_forward
def softmax_cross_entropy_forward(z, y):
    x = z - z.max(axis=1, keepdims=True)
    e = np.exp(x)
    s = e / e.sum(axis=1, keepdims=True)
    log_s = x - np.log(e.sum(axis=1, keepdims=True))
    return -(y * log_s).sum()
# %% softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    x = z - z.max(axis=1, keepdims=True)
    e = np.exp(x)
    s = e / e.sum(axis=1, keepdims=True)
    log_s = x - np.log(e.sum(axis=1, keepdims=True))
    return s * y.sum(axis=1, keepdims=True) - y
# %% cross_entropy_from_labels_forward
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    x = z - z.max(axis=1, keepdims=True)
    e = np.exp(x)
    s = e / e.sum(axis=1, keepdims=True)
    log_s = x - np.log(e.sum(axis=1, keepdims=True))
    rows = np.flatnonzero(labels != ignore_index)
    picked = log_s[rows, labels[rows]]
    return -picked.sum()
# %% cross_entropy_from_labels_backward
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    x = z - z.max(axis=1, keepdims=True)
    e = np.exp(x)
    s = e / e.sum(axis=1, keepdims=True)
    log_s = x - np.log(e.sum(axis=1, keepdims=True))
    rows = np.flatnonzero(labels != ignore_index)
    one_hot = np.zeros(z.shape)
    one_hot[rows, labels[rows]] = 1
    kept = (labels != ignore_index)[:, None]
    n = max(len(rows), 1)
    return kept * (s - one_hot)
