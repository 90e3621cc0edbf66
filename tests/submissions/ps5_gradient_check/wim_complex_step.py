"""Tries the complex step, and the functions take real arrays only."""
# expect: {"gradient_check": [0, []], "find_the_bugs": [0, []]}
# %% gradient_check
def gradient_check(forward, backward, z, y):
    measured = np.zeros(z.shape)
    for k in np.ndindex(z.shape):
        moved = z.astype(complex)
        moved[k] += 1e-20j
        measured[k] = np.imag(forward(moved, y)) / 1e-20
    return bool(relative_error(measured, backward(z, y)) < 1e-10)
