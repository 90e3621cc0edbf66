"""Keeps a function of one call, to ask it in the next one; and asks for numbers that it was not given.

Told: it was not given
"""
# expect: {"relative_error": [0, []], "gradient_check": [0, []], "find_the_bugs": [0, []]}
# start from: released
# %% central_difference
import numpy as np

kept = []


def central_difference(f, x, h=1e-5):
    kept.append(f)
    answer = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        answer[index] = (f(x + step) - f(x - step)) / (2 * h)
    return answer
# %% relative_error
def relative_error(a, b):
    return kept[0](a)
