"""Moves the caller's entries if they are floats, and rounding keeps them from coming back."""
# expect: {"central_difference": [4, ["mutates-input"]], "gradient_check": [6, ["mutates-input"]]}
# %% central_difference
def central_difference(f, x, h):
    x = np.asarray(x, dtype=float)
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        x[k] += h * 1.1
        x[k] -= h * 0.1
        above = f(x)
        x[k] -= 2 * h
        below = f(x)
        x[k] += h * 1.1
        x[k] -= h * 0.1
        gradient[k] = (above - below) / (2 * h)
    return gradient
