"""Refuses everything."""
# expect: {"gradient_check": [0, ["refuses-everything"]], "find_the_bugs": [0, ["refuses-everything"]]}
# %% gradient_check
def gradient_check(forward, backward, z, y):
    return False
