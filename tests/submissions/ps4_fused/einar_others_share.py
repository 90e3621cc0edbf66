"""Shares eps among the other classes only."""
# expect: {"smooth_labels": [0, ["smoothing-others-only"]]}
# %% smooth_labels
def smooth_labels(labels, c, eps):
    y = np.eye(c)[labels]
    return (1 - eps) * y + eps / (c - 1) * (1 - y)
