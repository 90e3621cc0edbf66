"""Distrusts small steps and takes a larger one in their place."""
# expect: {"central_difference": [4, ["own-step"]]}
# %% central_difference
def central_difference(f, x, h):
    h = max(h, 1e-2)
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[k] = h
        gradient[k] = (f(x + e) - f(x - e)) / (2 * h)
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
