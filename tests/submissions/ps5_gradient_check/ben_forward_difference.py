"""Moves to one side only, though not in his gradient check."""
# expect: {"central_difference": [0, ["one-sided-difference"]]}
# %% central_difference
def central_difference(f, x, h):
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        moved = x.astype(float)
        moved[k] += h
        gradient[k] = (f(moved) - f(x.astype(float))) / h
    return gradient
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
