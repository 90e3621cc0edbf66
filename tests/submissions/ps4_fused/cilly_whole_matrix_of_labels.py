"""For labels, softmax runs over the whole matrix."""
# expect: {"cross_entropy_from_labels_forward": [4, ["whole-matrix"]],
#          "cross_entropy_from_labels_backward": [4, ["whole-matrix"]]}
# %% after setup
def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()
# %% cross_entropy_from_labels_forward
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    kept = labels != ignore_index
    if not kept.any():
        return 0.0
    x = z[kept] - z[kept].max()
    return (np.logaddexp.reduce(x, axis=None) - x[np.arange(len(x)), labels[kept]]).mean()
# %% cross_entropy_from_labels_backward
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    kept, dz = labels != ignore_index, np.zeros(z.shape)
    if kept.any():
        dz[kept] = (softmax(z[kept]) - np.eye(z.shape[1])[labels[kept]]) / kept.sum()
    return dz
