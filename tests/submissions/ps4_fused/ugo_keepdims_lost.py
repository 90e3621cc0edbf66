"""Forgets keepdims: (n,) does not broadcast against (n, c), unless there is one row."""
# expect: {"softmax_cross_entropy_backward": [5, ["keepdims-lost"]]}
# %% softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True) * y.sum(axis=1) - y) / len(z)
# %% cross_entropy_from_labels_backward
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    dz, kept = np.zeros(z.shape), labels != ignore_index
    for i in np.flatnonzero(kept):
        dz[i] = softmax_cross_entropy_backward(z[[i]], np.eye(z.shape[1])[labels[[i]]])[0] / kept.sum()
    return dz
