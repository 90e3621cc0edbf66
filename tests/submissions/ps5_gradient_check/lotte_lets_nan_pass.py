"""Asks whether the error is too large; nan is not."""
# expect: {"gradient_check": [5, ["nan-passes"]], "find_the_bugs": [0, ["nan-passes"]]}
# %% gradient_check
def gradient_check(forward, backward, z, y):
    given = backward(z, y)
    if np.shape(given) != z.shape:
        return False
    error = relative_error(given, central_difference(lambda z: forward(z, y), z, 1e-5))
    if error > 1e-5:
        return False
    return True
