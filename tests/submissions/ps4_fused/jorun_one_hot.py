"""Returns the one-hot rows, without eps."""
# expect: {"smooth_labels": [0, ["not-smoothed"]]}
# %% smooth_labels
def smooth_labels(labels, c, eps):
    return np.eye(c)[labels]
