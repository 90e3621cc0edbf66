"""Right, with classes behind the functions and a helper for the mean over rows."""
# %% after setup
class Loss:
    def __init__(self, term, slope):
        self.term, self.slope = term, slope

    def forward(self, a, y):
        return np.add.reduce(self.term(a, y), axis=None) / a.shape[0]

    def backward(self, a, y):
        return self.slope(a, y) / a.shape[0]

squared = Loss(lambda a, y: np.square(y - a) / 2, lambda a, y: -(y - a))
# %% mse_forward
mse_forward = squared.forward
# %% mse_backward
mse_backward = squared.backward
# %% sigmoid_forward
def sigmoid_forward(z):
    return (1 + np.tanh(z / 2)) / 2
# %% sigmoid_backward
def sigmoid_backward(a, g):
    da_dz = a - a * a
    return np.multiply(da_dz, g)
