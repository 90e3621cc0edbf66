"""Takes exponentials as they come."""
# expect: {"logsumexp": [3, ["no-max"]], "softmax_cross_entropy_forward": [4, ["no-max"]],
#          "softmax_cross_entropy_backward": [4, ["no-max"]], "cross_entropy_from_labels_forward": [5, ["no-max"]],
#          "cross_entropy_from_labels_backward": [5, ["no-max"]]}
# %% logsumexp
def logsumexp(z):
    return np.log(np.exp(z).sum(axis=1))
# %% softmax_cross_entropy_forward
def softmax_cross_entropy_forward(z, y):
    return (y * (np.log(np.exp(z).sum(axis=1, keepdims=True)) - z)).sum() / len(z)
# %% softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    s = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return (s * y.sum(axis=1, keepdims=True) - y) / len(z)
# %% cross_entropy_from_labels_forward
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    rows = np.flatnonzero(labels != ignore_index)
    return (np.log(np.exp(z[rows]).sum(axis=1)) - z[rows, labels[rows]]).sum() / max(len(rows), 1)
