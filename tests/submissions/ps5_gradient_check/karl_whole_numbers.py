"""Copies the input as it is, so that a step does not fit into an array of integers."""
# expect: {"central_difference": [4, ["integer-array"]]}
# %% central_difference
def central_difference(f, x, h):
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[k] += h
        below[k] -= h
        gradient[k] = (f(above) - f(below)) / (2 * h)
    return gradient
