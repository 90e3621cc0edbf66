"""Divides by the size of a alone."""
# expect: {"relative_error": [0, ["error-over-one-size"]]}
# %% relative_error
def relative_error(a, b):
    return np.linalg.norm(a - b) / np.linalg.norm(a)
