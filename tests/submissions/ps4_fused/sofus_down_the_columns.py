"""Sums the exponentials down the columns: one number a class."""
# expect: {"logsumexp": [0, ["wrong-axis"]]}
# %% logsumexp
def logsumexp(z):
    m = z.max(axis=0)
    return m + np.log(np.exp(z - m).sum(axis=0))
# %% softmax_cross_entropy_forward
def softmax_cross_entropy_forward(z, y):
    x = z - z.max(axis=1, keepdims=True)
    return (y * (np.log(np.exp(x).sum(axis=1, keepdims=True)) - x)).sum() / len(z)
# %% cross_entropy_from_labels_forward
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    rows = np.flatnonzero(labels != ignore_index)
    y = np.eye(z.shape[1])[labels[rows]]
    return softmax_cross_entropy_forward(z[rows], y) if len(rows) else 0.0
