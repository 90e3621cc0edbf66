"""Moves one entry after the other and puts none back."""
# expect: {"gradient_check": [0, ["refuses-everything"]], "find_the_bugs": [0, ["refuses-everything"]]}
# %% gradient_check
def gradient_check(forward, backward, z, y):
    given = backward(z, y)
    if np.shape(given) != z.shape or not np.isfinite(given).all():
        return False
    h, measured = 1e-4, np.zeros(z.shape)
    above, below = z.copy(), z.copy()
    for k in np.ndindex(z.shape):
        above[k] += h
        below[k] -= h
        measured[k] = (forward(above, y) - forward(below, y)) / (2 * h)
    return bool(relative_error(given, measured) < 1e-5)
