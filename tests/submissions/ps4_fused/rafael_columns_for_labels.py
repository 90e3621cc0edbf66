"""Subtracts 1 from the columns of all labels in every row."""
# expect: {"cross_entropy_from_labels_backward": [4, ["column-labels"]]}
# %% cross_entropy_from_labels_backward
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    kept = labels != ignore_index
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    s[:, labels[kept]] -= 1
    return s * kept[:, None] / max(kept.sum(), 1)
