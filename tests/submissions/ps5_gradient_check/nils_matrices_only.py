"""Loops over rows and columns, which a vector does not have."""
# expect: {"central_difference": [3, []]}
# %% central_difference
def central_difference(f, x, h):
    gradient = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            above, below = x.astype(float), x.astype(float)
            above[i, j] += h
            below[i, j] -= h
            gradient[i, j] = (f(above) - f(below)) / (2 * h)
    return gradient
