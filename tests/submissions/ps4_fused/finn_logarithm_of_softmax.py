"""Takes the logarithm of softmax in the losses, and two steps in the gradients."""
# expect: {"softmax_cross_entropy_forward": [5, ["log-of-zero"]],
#          "softmax_cross_entropy_backward": [5, ["0-times-inf"]],
#          "cross_entropy_from_labels_forward": [5, ["log-of-zero"]],
#          "cross_entropy_from_labels_backward": [5, ["0-times-inf"]]}
# %% softmax_cross_entropy_forward
def softmax_cross_entropy_forward(z, y):
    x = z - z.max(axis=1, keepdims=True)
    e = np.exp(x)
    s = e / e.sum(axis=1, keepdims=True)
    log_s = x - np.log(e.sum(axis=1, keepdims=True))
    return -(y * np.log(s)).sum() / len(z)
# %% softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    g = -y / s / len(z)
    return s * (g - (s * g).sum(axis=1, keepdims=True))
# %% cross_entropy_from_labels_forward
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    rows = np.flatnonzero(labels != ignore_index)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    return -np.log(s[rows, labels[rows]]).sum() / max(len(rows), 1)
