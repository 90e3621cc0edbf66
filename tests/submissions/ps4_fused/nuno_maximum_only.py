"""Returns the maximum: log-sum-exp is a smooth version of it."""
# expect: {"logsumexp": [0, ["maximum-only"]]}
# %% logsumexp
def logsumexp(z):
    return z.max(axis=1)
# %% softmax_cross_entropy_forward
def softmax_cross_entropy_forward(z, y):
    x = z - z.max(axis=1, keepdims=True)
    e = np.exp(x)
    s = e / e.sum(axis=1, keepdims=True)
    log_s = x - np.log(e.sum(axis=1, keepdims=True))
    return -(y * log_s).sum() / len(z)
# %% cross_entropy_from_labels_forward
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    x = z - z.max(axis=1, keepdims=True)
    e = np.exp(x)
    s = e / e.sum(axis=1, keepdims=True)
    log_s = x - np.log(e.sum(axis=1, keepdims=True))
    rows = np.flatnonzero(labels != ignore_index)
    picked = log_s[rows, labels[rows]]
    return -picked.sum() / max(len(rows), 1)
