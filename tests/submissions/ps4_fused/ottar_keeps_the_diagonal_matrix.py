"""Returns -y, what is left without the outer product; from labels, the outer product alone."""
# expect: {"softmax_cross_entropy_backward": [0, ["missing-dot"]],
#          "cross_entropy_from_labels_backward": [0, ["no-diagonal"]]}
# %% softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    x = z - z.max(axis=1, keepdims=True)
    e = np.exp(x)
    s = e / e.sum(axis=1, keepdims=True)
    log_s = x - np.log(e.sum(axis=1, keepdims=True))
    return -y / len(z)
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
    return kept * s / n
