"""Gives each class all of eps."""
# expect: {"smooth_labels": [0, ["smoothing-not-divided"]]}
# %% smooth_labels
def smooth_labels(labels, c, eps):
    return (1 - eps) * np.eye(c)[labels] + eps
