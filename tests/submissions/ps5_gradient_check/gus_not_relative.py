"""Returns the size of the difference, which is not relative to anything."""
# expect: {"relative_error": [0, ["error-not-divided"]]}
# %% relative_error
def relative_error(a, b):
    return np.linalg.norm(a - b)
# %% gradient_check
def gradient_check(forward, backward, z, y):
    given = backward(z, y)
    if np.shape(given) != z.shape or not np.all(np.isfinite(given)):
        return False
    measured = central_difference(lambda z: forward(z, y), z, 1e-5)
    return bool(np.linalg.norm(given - measured) <= 1e-5 * np.linalg.norm(given))

