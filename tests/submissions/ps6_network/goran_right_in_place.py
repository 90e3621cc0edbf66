"""Right, works in place on arrays of his own."""
# %% linear_forward
def linear_forward(X, W, b):
    Z = np.dot(X, W)
    Z += b
    return Z
# %% relu_backward
def relu_backward(z, g):
    dz = g.copy()
    dz[z <= 0] = 0
    return dz
