"""Returns the right numbers in a list."""
# expect: {"central_difference": [0, ["list-for-array"]]}
# %% central_difference
def central_difference(f, x, h):
    basis = h * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f(x + e) - f(x - e)) / (2 * h) for e in basis]).reshape(x.shape).tolist()
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
