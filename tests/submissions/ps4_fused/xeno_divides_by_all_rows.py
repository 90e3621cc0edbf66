"""Divides by all rows, the ignored ones too."""
# expect: {"cross_entropy_from_labels_forward": [5, ["weights-in-the-divisor"]],
#          "cross_entropy_from_labels_backward": [5, ["weights-in-the-divisor"]]}
# %% cross_entropy_from_labels_forward
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    x = z - z.max(axis=1, keepdims=True)
    e = np.exp(x)
    s = e / e.sum(axis=1, keepdims=True)
    log_s = x - np.log(e.sum(axis=1, keepdims=True))
    rows = np.flatnonzero(labels != ignore_index)
    picked = log_s[rows, labels[rows]]
    return -picked.sum() / len(z)
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
    return kept * (s - one_hot) / len(z)
