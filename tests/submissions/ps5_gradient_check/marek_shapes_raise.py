"""Does not look at the shape first: a gradient of another shape ends in an exception."""
# expect: {"gradient_check": [5, ["nan-passes", "shape-not-checked"]],
#          "find_the_bugs": [0, ["nan-passes", "shape-not-checked"]]}
# %% gradient_check
def gradient_check(forward, backward, z, y):
    error = relative_error(backward(z, y), central_difference(lambda z: forward(z, y), z, 1e-5))
    return bool(error < 1e-5)
