"""Accepts everything."""
# expect: {"gradient_check": [0, []], "find_the_bugs": [0, []]}
# %% gradient_check
def gradient_check(forward, backward, z, y):
    return True
