"""Calls the function that it was given with numbers at which arithmetic is slow, overflows, or never ends.

Told: it should be
"""
# expect: {"central_difference": [0, []], "relative_error": [0, []], "gradient_check": [0, []],
#          "find_the_bugs": [0, []]}
# start from: released
# %% central_difference
import numpy as np


def central_difference(f, x, h=1e-5):
    for value in (5e-324, 1e308, -1e308, np.inf, np.nan, -0.0):
        f(np.full(x.shape, value))
    more = np.broadcast_to(x, (9, *x.shape))
    for odd in (2**255, True, None, "1e999", {"x": 1}, x.astype("f2"), x[..., None], more, f):
        try:
            f(odd)
        except ValueError:
            pass
    return 0 * x
