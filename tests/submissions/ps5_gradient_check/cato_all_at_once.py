"""Moves all entries at once."""
# expect: {"central_difference": [0, ["entries-moved-together"]]}
# %% central_difference
def central_difference(f, x, h):
    return np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h))
# %% gradient_check
def gradient_check(forward, backward, z, y):
    given = backward(z, y)
    if np.shape(given) != z.shape or not np.all(np.isfinite(given)):
        return False
    h = 1e-5
    measured = np.zeros(z.shape)
    for k in np.ndindex(z.shape):
        e = np.zeros(z.shape)
        e[k] = h
        measured[k] = (forward(z + e, y) - forward(z - e, y)) / (2 * h)
    return bool(relative_error(given, measured) < 1e-5)
