"""Asks for the 2-norm, which of a matrix is its largest singular value."""
# expect: {"relative_error": [1, ["spectral-norm"]]}
# %% relative_error
def relative_error(a, b):
    size = max(np.linalg.norm(a, 2), np.linalg.norm(b, 2))
    return np.linalg.norm(a - b, 2) / size if size else 0.0
# %% gradient_check
def gradient_check(forward, backward, z, y):
    given = backward(z, y)
    if np.shape(given) != z.shape or not np.all(np.isfinite(given)):
        return False
    measured = central_difference(lambda z: forward(z, y), z, 1e-5)
    return bool(np.linalg.norm(given - measured) <= 1e-5 * np.linalg.norm(given))

