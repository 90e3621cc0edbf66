"""Loses the minus of the loss, and with it that of the gradient."""
# expect: {"logsumexp": [0, ["sign"]], "softmax_cross_entropy_forward": [0, ["loss-lacks-minus"]],
#          "softmax_cross_entropy_backward": [0, ["sign"]],
#          "cross_entropy_from_labels_forward": [0, ["loss-lacks-minus"]],
#          "cross_entropy_from_labels_backward": [0, ["sign"]]}
# %% logsumexp
def logsumexp(z):
    m = z.max(axis=1)
    return -m - np.log(np.exp(z - m[:, None]).sum(axis=1))
# %% softmax_cross_entropy_forward
def softmax_cross_entropy_forward(z, y):
    x = z - z.max(axis=1, keepdims=True)
    e = np.exp(x)
    s = e / e.sum(axis=1, keepdims=True)
    log_s = x - np.log(e.sum(axis=1, keepdims=True))
    return (y * log_s).sum() / len(z)
# %% softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    x = z - z.max(axis=1, keepdims=True)
    e = np.exp(x)
    s = e / e.sum(axis=1, keepdims=True)
    log_s = x - np.log(e.sum(axis=1, keepdims=True))
    return (y - s * y.sum(axis=1, keepdims=True)) / len(z)
# %% cross_entropy_from_labels_forward
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    x = z - z.max(axis=1, keepdims=True)
    e = np.exp(x)
    s = e / e.sum(axis=1, keepdims=True)
    log_s = x - np.log(e.sum(axis=1, keepdims=True))
    rows = np.flatnonzero(labels != ignore_index)
    picked = log_s[rows, labels[rows]]
    return picked.sum() / max(len(rows), 1)
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
    return kept * (one_hot - s) / n
