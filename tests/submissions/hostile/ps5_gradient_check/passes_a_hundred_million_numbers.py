"""Calls the function that it was given with more numbers than anybody would wait for.

Told: it passed more than 0.1 MB
"""
# expect: {"central_difference": [0, []], "relative_error": [0, []], "gradient_check": [0, []],
#          "find_the_bugs": [0, []]}
# start from: released
# %% central_difference
import numpy as np


def central_difference(f, x, h=1e-5):
    return f(np.zeros(5_000_000))
