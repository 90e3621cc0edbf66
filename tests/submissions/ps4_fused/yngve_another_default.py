"""Ignores -101 where nothing is said."""
# expect: {"cross_entropy_from_labels_forward": [5, []], "cross_entropy_from_labels_backward": [5, []]}
# %% cross_entropy_from_labels_forward
def cross_entropy_from_labels_forward(z, labels, ignore_index=-101):
    kept = labels != ignore_index
    if not kept.any():
        return 0.0
    x = z[kept] - z[kept].max(axis=1, keepdims=True)
    return (logsumexp(x) - x[np.arange(len(x)), labels[kept]]).mean()
# %% cross_entropy_from_labels_backward
def cross_entropy_from_labels_backward(z, labels, ignore_index=-101):
    kept = labels != ignore_index
    gradient = np.zeros(z.shape)
    if kept.any():
        gradient[kept] = softmax_cross_entropy_backward(z[kept], np.eye(z.shape[1])[labels[kept]])
    return gradient
