"""Sums the squares and forgets the root."""
# expect: {"relative_error": [0, ["error-squared"]]}
# %% relative_error
def relative_error(a, b):
    size = max((a**2).sum(), (b**2).sum())
    return ((a - b) ** 2).sum() / size if size else 0.0
# %% gradient_check
def gradient_check(forward, backward, z, y):
    given = backward(z, y)
    if np.shape(given) != z.shape or not np.all(np.isfinite(given)):
        return False
    measured = central_difference(lambda z: forward(z, y), z, 1e-5)
    return bool(np.linalg.norm(given - measured) <= 1e-5 * np.linalg.norm(given))

