"""Goes to one side only, with a tolerance that two sides could keep."""
# expect: {"gradient_check": [0, ["one-sided-difference"]], "find_the_bugs": [0, ["refuses-everything"]]}
# %% gradient_check
def gradient_check(forward, backward, z, y):
    given = backward(z, y)
    if np.shape(given) != z.shape or not np.isfinite(given).all():
        return False
    h, measured = 1e-4, np.zeros(z.shape)
    for k in np.ndindex(z.shape):
        e = np.zeros(z.shape)
        e[k] = h
        measured[k] = (forward(z + e, y) - forward(z, y)) / h
    return bool(relative_error(given, measured) < 1e-7)
