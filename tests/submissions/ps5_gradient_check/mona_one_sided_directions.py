"""Looks along directions without negative entries, as a well-known fast check does."""
# expect: {"gradient_check": [0, ["one-sided-directions"]], "find_the_bugs": [0, ["one-sided-directions"]]}
# %% gradient_check
def gradient_check(forward, backward, z, y):
    given = backward(z, y)
    if np.shape(given) != z.shape or not np.isfinite(given).all():
        return False
    v = np.ones(z.shape) / np.sqrt(z.size)
    h = 1e-5
    along = (forward(z + h * v, y) - forward(z - h * v, y)) / (2 * h)
    return bool(abs(along - (given * v).sum()) < 1e-6 * max(1, np.linalg.norm(given)))
