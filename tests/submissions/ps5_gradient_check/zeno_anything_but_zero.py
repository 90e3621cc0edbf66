"""Takes every gradient for right that is not zero everywhere."""
# expect: {"gradient_check": [0, []], "find_the_bugs": [0, []]}
# %% gradient_check
def gradient_check(forward, backward, z, y):
    return bool(np.any(backward(z, y)))
