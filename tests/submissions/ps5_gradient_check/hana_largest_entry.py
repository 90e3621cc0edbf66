"""Takes the largest entry for the size."""
# expect: {"relative_error": [1, ["error-of-entries"]]}
# %% relative_error
def relative_error(a, b):
    size = max(np.abs(a).max(), np.abs(b).max())
    return np.abs(a - b).max() / size if size else 0.0
