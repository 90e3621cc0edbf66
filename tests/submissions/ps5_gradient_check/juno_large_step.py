"""Takes a step that is too large for a derivative."""
# expect: {"gradient_check": [0, ["step-too-large"]], "find_the_bugs": [0, ["refuses-everything"]]}
# %% gradient_check
def gradient_check(forward, backward, z, y):
    given = backward(z, y)
    if np.shape(given) != z.shape or not np.isfinite(given).all():
        return False
    return bool(relative_error(given, central_difference(lambda z: forward(z, y), z, 0.1)) < 1e-5)
