"""Forgets the 2 of 2h."""
# expect: {"central_difference": [0, ["factor-two"]], "gradient_check": [0, ["factor-two"]],
#          "find_the_bugs": [0, ["factor-two"]]}
# %% central_difference
def central_difference(f, x, h):
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[k] = h
        gradient[k] = (f(x + e) - f(x - e)) / h
    return gradient
