"""Loops over the first axis, as if every input were a vector; his gradient check does without."""
# expect: {"central_difference": [2, ["entries-moved-together"]]}
# %% central_difference
def central_difference(f, x, h):
    gradient = np.zeros(x.shape)
    for k in range(len(x)):
        above, below = x.astype(float), x.astype(float)
        above[k] += h
        below[k] -= h
        gradient[k] = (f(above) - f(below)) / (2 * h)
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
