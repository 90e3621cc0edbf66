"""Subtracts log-sum-exp from logits that were not shifted: digits are lost in float32."""
# expect: {"softmax_cross_entropy_forward": [6, ["cancellation"]],
#          "softmax_cross_entropy_backward": [6, ["cancellation"]],
#          "cross_entropy_from_labels_forward": [5, ["cancellation"]],
#          "cross_entropy_from_labels_backward": [5, ["cancellation"]]}
# %% softmax_cross_entropy_forward
def softmax_cross_entropy_forward(z, y):
    return (y * (logsumexp(z)[:, None] - z)).sum() / len(z)
# %% softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    s = np.exp(z - logsumexp(z)[:, None])
    return (s * y.sum(axis=1, keepdims=True) - y) / len(z)
# %% cross_entropy_from_labels_forward
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    rows = np.flatnonzero(labels != ignore_index)
    return (logsumexp(z)[rows] - z[rows, labels[rows]]).sum() / max(len(rows), 1)
