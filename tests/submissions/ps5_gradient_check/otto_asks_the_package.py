"""Hands the work to missingsum's checker, which is not there while grading."""
# expect: {"gradient_check": [0, []], "find_the_bugs": [0, []]}
# %% gradient_check
def gradient_check(forward, backward, z, y):
    from missingsum import gradcheck
    return bool(gradcheck(lambda z: forward(z, y), z, backward(z, y)))
