"""Calls the function that it was given with lists in lists, a hundred thousand of them.

Told: it raises ValueError: this function takes real numbers
"""
# expect: {"central_difference": [0, []], "relative_error": [0, []], "gradient_check": [0, []],
#          "find_the_bugs": [0, []]}
# start from: released
# %% central_difference
def central_difference(f, x, h=1e-5):
    return f([[]] * 20_000)
