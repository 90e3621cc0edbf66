"""Loops over the first axis, as if every input were a vector."""
# expect: {"central_difference": [2, []], "gradient_check": [0, []], "find_the_bugs": [0, []]}
# %% central_difference
def central_difference(f, x, h):
    gradient = np.zeros(x.shape)
    for k in range(len(x)):
        above, below = x.astype(float), x.astype(float)
        above[k] += h
        below[k] -= h
        gradient[k] = (f(above) - f(below)) / (2 * h)
    return gradient
