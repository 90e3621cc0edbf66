"""Does not put an entry back before he moves the next."""
# expect: {"central_difference": [0, ["entries-left-moved"]], "gradient_check": [0, ["refuses-everything"]],
#          "find_the_bugs": [0, ["refuses-everything"]]}
# %% central_difference
def central_difference(f, x, h):
    gradient = np.zeros(x.shape)
    above, below = x.astype(float), x.astype(float)
    for k in np.ndindex(x.shape):
        above[k] += h
        below[k] -= h
        gradient[k] = (f(above) - f(below)) / (2 * h)
    return gradient
