"""Accepts everything."""
# expect: {"gradient_check": [0, ["accepts-everything"]], "find_the_bugs": [0, ["accepts-everything"]]}
# %% gradient_check
def gradient_check(forward, backward, z, y):
    return True
