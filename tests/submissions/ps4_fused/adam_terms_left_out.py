"""Parts of the Jacobian left out: the diagonal for any targets, the dot product for labels."""
# expect: {"softmax_cross_entropy_backward": [0, ["no-diagonal"]],
#          "cross_entropy_from_labels_backward": [0, ["missing-dot"]]}
# %% softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True) * y.sum(axis=1, keepdims=True) / len(z)
# %% cross_entropy_from_labels_backward
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    kept = labels != ignore_index
    dz = np.zeros(z.shape)
    dz[np.flatnonzero(kept), labels[kept]] = -1 / max(kept.sum(), 1)
    return dz
