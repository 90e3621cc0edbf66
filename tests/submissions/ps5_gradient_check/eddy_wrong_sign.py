"""Subtracts the wrong way round."""
# expect: {"central_difference": [0, ["sign"]], "gradient_check": [0, ["sign"]], "find_the_bugs": [0, ["sign"]]}
# %% central_difference
def central_difference(f, x, h):
    e = h * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f(x - d) - f(x + d)) / (2 * h) for d in e]).reshape(x.shape)
