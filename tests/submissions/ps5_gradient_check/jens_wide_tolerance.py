"""Accepts whatever is within 5 %."""
# expect: {"gradient_check": [3, ["tolerance-too-wide"]], "find_the_bugs": [0, ["tolerance-too-wide"]]}
# %% gradient_check
def gradient_check(forward, backward, z, y):
    given = backward(z, y)
    if np.shape(given) != z.shape or not np.isfinite(given).all():
        return False
    return bool(relative_error(given, central_difference(lambda z: forward(z, y), z, 1e-5)) < 5e-2)
