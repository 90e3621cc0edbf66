"""Right, with helper functions in cells of his own."""
# %% after setup
def row_max(a):
    return np.max(a, axis=1)[:, np.newaxis]

def row_sum(a):
    return np.sum(a, axis=1)[:, np.newaxis]
# %% softmax_forward
def softmax_forward(z):
    e = np.exp(z - row_max(z))
    return e / row_sum(e)
# %% after test_softmax_forward
def jacobian(s):
    return s[:, None] * (np.eye(len(s)) - s)
# %% softmax_partial
def softmax_partial(s, i, j):
    return jacobian(s)[i, j]
# %% softmax_backward
def softmax_backward(s, g):
    return s * (g - row_sum(g * s))
