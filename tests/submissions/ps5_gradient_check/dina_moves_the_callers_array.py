"""Moves the entries of the array she was given, and does not put them back exactly."""
# expect: {"central_difference": [3, ["mutates-input"]], "gradient_check": [6, ["mutates-input"]]}
# %% central_difference
def central_difference(f, x, h):
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        x[k] += h
        above = f(x)
        x[k] -= 2 * h
        below = f(x)
        x[k] += h + 1e-12
        gradient[k] = (above - below) / (2 * h)
    return gradient
# %% gradient_check
def gradient_check(forward, backward, z, y):
    given = backward(z, y)
    if np.shape(given) != z.shape or not np.all(np.isfinite(given)):
        return False
    measured = central_difference(lambda z: forward(z, y), z, 1e-5)
    return bool(relative_error(given, measured) < 1e-5)
