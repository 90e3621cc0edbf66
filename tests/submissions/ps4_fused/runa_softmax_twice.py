"""Gives probabilities to a function that takes logits."""
# expect: {"softmax_cross_entropy_forward": [0, ["double-softmax"]],
#          "softmax_cross_entropy_backward": [0, ["double-softmax"]]}
# %% softmax_cross_entropy_forward
def softmax_cross_entropy_forward(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    return (y * (logsumexp(s)[:, None] - s)).sum() / len(z)
# %% softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    for _ in range(2):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        z = e / e.sum(axis=1, keepdims=True)
    return (z * y.sum(axis=1, keepdims=True) - y) / len(z)
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
