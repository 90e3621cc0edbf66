"""Writes fractions into an array of integers."""
# expect: {"smooth_labels": [0, ["integer-array"]]}
# %% smooth_labels
def smooth_labels(labels, c, eps):
    y = np.zeros((len(labels), c), dtype=labels.dtype)
    y[:] = (1 - eps) * np.eye(c)[labels] + eps / c
    return y
