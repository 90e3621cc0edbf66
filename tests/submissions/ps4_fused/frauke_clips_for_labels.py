"""Clips the probability of the true class before the logarithm, and lets the gradient vanish there."""
# expect: {"cross_entropy_from_labels_forward": [5, ["clip"]], "cross_entropy_from_labels_backward": [5, ["clip"]]}
# %% after setup
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
# %% cross_entropy_from_labels_forward
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    kept = labels != ignore_index
    if not kept.any():
        return 0.0
    s = softmax(z[kept])
    return -np.log(np.maximum(s[np.arange(len(s)), labels[kept]], 1e-12)).mean()
# %% cross_entropy_from_labels_backward
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    kept, dz = labels != ignore_index, np.zeros(z.shape)
    if kept.any():
        s, y = softmax(z[kept]), np.eye(z.shape[1])[labels[kept]]
        p = (s * y).sum(axis=1, keepdims=True)
        dz[kept] = (s - y) * p / np.maximum(p, 1e-12) / kept.sum()
    return dz
