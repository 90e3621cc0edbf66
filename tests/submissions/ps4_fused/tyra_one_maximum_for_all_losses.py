"""Her losses and gradients subtract one maximum for all rows; single rows are right."""
# expect: {"softmax_cross_entropy_forward": [5, ["max-of-all"]], "softmax_cross_entropy_backward": [5, ["max-of-all"]],
#          "cross_entropy_from_labels_forward": [4, ["max-of-all"]],
#          "cross_entropy_from_labels_backward": [4, ["max-of-all"]]}
# %% softmax_cross_entropy_forward
def softmax_cross_entropy_forward(z, y):
    x = z - z.max()
    return (y * (np.log(np.exp(x).sum(axis=1, keepdims=True)) - x)).sum() / len(z)
# %% softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    e = np.exp(z - z.max())
    return (e / e.sum(axis=1, keepdims=True) * y.sum(axis=1, keepdims=True) - y) / len(z)
# %% cross_entropy_from_labels_forward
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    kept = labels != ignore_index
    if not kept.any():
        return 0.0
    return softmax_cross_entropy_forward(z[kept], np.eye(z.shape[1])[labels[kept]])
