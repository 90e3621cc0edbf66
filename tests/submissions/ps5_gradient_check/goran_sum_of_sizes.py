"""Divides by the sum of the two sizes, as other books do."""
# expect: {"relative_error": [0, ["error-over-the-sum"]]}
# %% relative_error
def relative_error(a, b):
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return np.linalg.norm(a - b) / size if size else 0.0
