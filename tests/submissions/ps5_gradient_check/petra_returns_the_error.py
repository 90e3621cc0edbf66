"""Returns the relative error in place of a verdict."""
# expect: {"gradient_check": [0, ["error-for-a-verdict"]], "find_the_bugs": [0, []]}
# %% gradient_check
def gradient_check(forward, backward, z, y):
    return float(relative_error(backward(z, y), central_difference(lambda z: forward(z, y), z, 1e-5)))
