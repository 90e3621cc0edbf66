"""Right, moves one entry of a copy to and fro and puts it back."""
# %% central_difference
def central_difference(f, x, h):
    x = x.astype(np.float64)
    gradient = np.empty_like(x)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        k = it.multi_index
        old = x[k]
        x[k] = old + h
        above = f(x)
        x[k] = old - h
        below = f(x)
        x[k] = old
        gradient[k] = (above - below) / (2 * h)
        it.iternext()
    return gradient
# %% gradient_check
def gradient_check(forward, backward, z, y):
    numeric = central_difference(lambda v: forward(v, y), z, h=1e-4)
    analytic = np.asarray(backward(z, y))
    if numeric.shape != analytic.shape:
        return False
    error = relative_error(numeric, analytic)
    return bool(error < 1e-4)      # False for nan too
