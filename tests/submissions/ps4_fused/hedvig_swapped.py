"""Takes eps for 1 - eps."""
# expect: {"smooth_labels": [0, ["smoothing-swapped"]]}
# %% smooth_labels
def smooth_labels(labels, c, eps):
    return eps * np.eye(c)[labels] + (1 - eps) / c
