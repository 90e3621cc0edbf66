"""Subtracts max(0, max): far below zero all exponentials of a row become 0."""
# expect: {"softmax_cross_entropy_forward": [4, ["max-with-zero"]],
#          "softmax_cross_entropy_backward": [4, ["max-with-zero"]],
#          "cross_entropy_from_labels_forward": [5, ["max-with-zero"]],
#          "cross_entropy_from_labels_backward": [5, ["max-with-zero"]]}
# %% after setup
def softmax(z):
    e = np.exp(z - np.maximum(0, z.max(axis=1, keepdims=True)))
    return e / e.sum(axis=1, keepdims=True)
# %% cross_entropy_from_labels_forward
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    kept = labels != ignore_index
    if not kept.any():
        return 0.0
    x = z[kept] - np.maximum(0, z[kept].max(axis=1, keepdims=True))
    return (np.log(np.exp(x).sum(axis=1)) - x[np.arange(len(x)), labels[kept]]).mean()
# %% cross_entropy_from_labels_backward
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    kept, dz = labels != ignore_index, np.zeros(z.shape)
    if kept.any():
        dz[kept] = (softmax(z[kept]) - np.eye(z.shape[1])[labels[kept]]) / kept.sum()
    return dz
# %% softmax_cross_entropy_forward
def softmax_cross_entropy_forward(z, y):
    x = z - np.maximum(0, z.max(axis=1, keepdims=True))
    return (y * (np.log(np.exp(x).sum(axis=1, keepdims=True)) - x)).sum() / len(z)
# %% softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    return (softmax(z) * y.sum(axis=1, keepdims=True) - y) / len(z)
