"""Adds up all entries before he compares."""
# expect: {"gradient_check": [0, ["one-sided-directions", "absolute-tolerance"]],
#          "find_the_bugs": [0, ["one-sided-directions"]]}
# %% gradient_check
def gradient_check(forward, backward, z, y):
    given = backward(z, y)
    if np.shape(given) != z.shape or not np.isfinite(given).all():
        return False
    measured = central_difference(lambda z: forward(z, y), z, 1e-5)
    return bool(abs((given - measured).sum()) < 1e-7)
