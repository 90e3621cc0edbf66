"""Wrong in ways that nobody has a name for."""
# expect: {"logsumexp": [0, []], "softmax_cross_entropy_forward": [0, []],
#          "softmax_cross_entropy_backward": [0, []],
#          "cross_entropy_from_labels_forward": [0, []], "cross_entropy_from_labels_backward": [0, []],
#          "smooth_labels": [0, []]}
# %% logsumexp
def logsumexp(z):
    return np.log1p(np.abs(z)).sum(axis=1)
# %% softmax_cross_entropy_forward
def softmax_cross_entropy_forward(z, y):
    x = z - z.max(axis=1, keepdims=True)
    e = np.exp(x)
    s = e / e.sum(axis=1, keepdims=True)
    log_s = x - np.log(e.sum(axis=1, keepdims=True))
    return np.abs(s - y).sum()
# %% softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    x = z - z.max(axis=1, keepdims=True)
    e = np.exp(x)
    s = e / e.sum(axis=1, keepdims=True)
    log_s = x - np.log(e.sum(axis=1, keepdims=True))
    return np.tanh(s - y)
# %% cross_entropy_from_labels_forward
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    x = z - z.max(axis=1, keepdims=True)
    e = np.exp(x)
    s = e / e.sum(axis=1, keepdims=True)
    log_s = x - np.log(e.sum(axis=1, keepdims=True))
    rows = np.flatnonzero(labels != ignore_index)
    picked = log_s[rows, labels[rows]]
    return s.max() + len(rows)
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
    return np.sin(s) - 0.3 * one_hot
# %% smooth_labels
def smooth_labels(labels, c, eps):
    return np.eye(c)[labels] ** 2 - eps * np.arange(c)
