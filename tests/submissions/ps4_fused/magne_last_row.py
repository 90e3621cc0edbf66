"""The loop over the rows overwrites its result."""
# expect: {"logsumexp": [3, ["last-row-only"]], "softmax_cross_entropy_backward": [5, ["last-row-only"]],
#          "cross_entropy_from_labels_backward": [4, ["last-row-only"]]}
# %% logsumexp
def logsumexp(z):
    for i in range(len(z)):
        out = np.zeros(len(z))
        out[i] = z[i].max() + np.log(np.exp(z[i] - z[i].max()).sum())
    return out
# %% softmax_cross_entropy_forward
def softmax_cross_entropy_forward(z, y):
    x = z - z.max(axis=1, keepdims=True)
    e = np.exp(x)
    s = e / e.sum(axis=1, keepdims=True)
    log_s = x - np.log(e.sum(axis=1, keepdims=True))
    return -(y * log_s).sum() / len(z)
# %% softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    for i in range(len(z)):
        e = np.exp(z[i] - z[i].max())
        dz = np.zeros(z.shape)
        dz[i] = (e / e.sum() * y[i].sum() - y[i]) / len(z)
    return dz
# %% cross_entropy_from_labels_forward
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    x = z - z.max(axis=1, keepdims=True)
    e = np.exp(x)
    s = e / e.sum(axis=1, keepdims=True)
    log_s = x - np.log(e.sum(axis=1, keepdims=True))
    rows = np.flatnonzero(labels != ignore_index)
    picked = log_s[rows, labels[rows]]
    return -picked.sum() / max(len(rows), 1)
