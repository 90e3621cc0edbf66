"""Uses a step of her own in place of the one she is given."""
# expect: {"central_difference": [1, ["own-step"]]}
# %% central_difference
def central_difference(f, x, h):
    h = 1e-5
    gradient = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[k] = h
        gradient[k] = (f(x + e) - f(x - e)) / (2 * h)
    return gradient
