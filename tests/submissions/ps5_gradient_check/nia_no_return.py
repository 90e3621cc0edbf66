"""Prints the verdict."""
# expect: {"gradient_check": [0, ["no-return"]], "find_the_bugs": [0, []]}
# %% gradient_check
def gradient_check(forward, backward, z, y):
    print(relative_error(backward(z, y), central_difference(lambda z: forward(z, y), z, 1e-5)) < 1e-5)
