"""Adds eps / c to the one-hot rows."""
# expect: {"smooth_labels": [2, ["smoothing-keeps-one"]]}
# %% smooth_labels
def smooth_labels(labels, c, eps):
    return np.eye(c)[labels] + eps / c
