"""Picks the columns of all labels in every row."""
# expect: {"cross_entropy_from_labels_forward": [4, ["column-labels"]]}
# %% cross_entropy_from_labels_forward
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    z, labels = z[labels != ignore_index], labels[labels != ignore_index]
    if len(z) == 0:
        return 0.0
    x = z - z.max(axis=1, keepdims=True)
    log_s = x - logsumexp(x)[:, None]
    return -log_s[:, labels].mean()
