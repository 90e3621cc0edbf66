"""Adds 1e-15 before the logarithm and below the line."""
# expect: {"softmax_cross_entropy_forward": [5, ["clip"]], "softmax_cross_entropy_backward": [5, ["clip"]]}
# %% softmax_cross_entropy_forward
def softmax_cross_entropy_forward(z, y):
    x = z - z.max(axis=1, keepdims=True)
    e = np.exp(x)
    s = e / e.sum(axis=1, keepdims=True)
    log_s = x - np.log(e.sum(axis=1, keepdims=True))
    return -(y * np.log(s + 1e-15)).sum() / len(z)
# %% softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    g = -y / (s + 1e-15) / len(z)
    return s * (g - (s * g).sum(axis=1, keepdims=True))
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
    return kept * (s - one_hot) / n
