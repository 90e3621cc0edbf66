"""Looks at three entries only, the first of each row."""
# expect: {"gradient_check": [5, ["few-entries"]], "find_the_bugs": [0, ["few-entries"]]}
# %% gradient_check
def gradient_check(forward, backward, z, y):
    given = backward(z, y)
    if np.shape(given) != z.shape or not np.isfinite(given).all():
        return False
    measured = central_difference(lambda z: forward(z, y), z, 1e-5)
    return bool(relative_error(given[:, 0], measured[:, 0]) < 1e-5)
