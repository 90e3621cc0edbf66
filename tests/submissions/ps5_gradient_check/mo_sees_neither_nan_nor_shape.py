"""Asks neither for the shape nor whether the numbers are finite."""
# expect: {"gradient_check": [5, ["nan-passes", "shape-not-checked"]],
#          "find_the_bugs": [0, ["nan-passes", "shape-not-checked"]]}
# %% gradient_check
def gradient_check(forward, backward, z, y):
    difference = np.abs(backward(z, y) - central_difference(lambda z: forward(z, y), z, 1e-5))
    return not (difference > 1e-5 * np.abs(backward(z, y)).max()).any()
