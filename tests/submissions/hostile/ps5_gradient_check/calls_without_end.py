"""Calls the function that it was given for ever.

Told: called the functions that it was given more than 10000 times|did not end within
"""
# expect: {"central_difference": [0, []], "relative_error": [0, []], "gradient_check": [0, []],
#          "find_the_bugs": [0, []]}
# start from: released
# %% central_difference
def central_difference(f, x, h=1e-5):
    while True:
        f(x)
