"""Multiplies by the labels as if they were one-hot."""
# expect: {"cross_entropy_from_labels_forward": [0, ["class-ids-as-one-hot"]],
#          "cross_entropy_from_labels_backward": [0, ["class-ids-as-one-hot"]]}
# %% cross_entropy_from_labels_forward
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    x = z - z.max(axis=1, keepdims=True)
    e = np.exp(x)
    s = e / e.sum(axis=1, keepdims=True)
    log_s = x - np.log(e.sum(axis=1, keepdims=True))
    return -(labels[:, None] * log_s).sum() / len(z)
# %% cross_entropy_from_labels_backward
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    x = z - z.max(axis=1, keepdims=True)
    e = np.exp(x)
    s = e / e.sum(axis=1, keepdims=True)
    log_s = x - np.log(e.sum(axis=1, keepdims=True))
    return (s - labels[:, None]) / len(z)
