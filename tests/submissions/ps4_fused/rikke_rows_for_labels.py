"""Takes the labels for the numbers of rows."""
# expect: {"cross_entropy_from_labels_forward": [0, ["column-labels"]],
#          "cross_entropy_from_labels_backward": [0, ["column-labels"]]}
# %% cross_entropy_from_labels_forward
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    z, labels = z[labels != ignore_index], labels[labels != ignore_index]
    x = z - z.max(axis=1, keepdims=True)
    log_s = x - np.log(np.exp(x).sum(axis=1, keepdims=True))
    return -log_s[labels].sum() / max(len(labels), 1)
# %% cross_entropy_from_labels_backward
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    kept, dz = labels != ignore_index, np.zeros(z.shape)
    e = np.exp(z[kept] - z[kept].max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    s[labels[kept]] -= 1
    dz[kept] = s / max(kept.sum(), 1)
    return dz
