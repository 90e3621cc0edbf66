"""Compares with an absolute tolerance, which a small gradient is under."""
# expect: {"gradient_check": [5, ["absolute-tolerance"]]}
# %% gradient_check
def gradient_check(forward, backward, z, y):
    given = backward(z, y)
    if np.shape(given) != z.shape or not np.isfinite(given).all():
        return False
    return bool(np.abs(given - central_difference(lambda z: forward(z, y), z, 1e-5)).max() < 1e-6)
