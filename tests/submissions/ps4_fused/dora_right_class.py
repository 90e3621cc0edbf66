"""Right, with a class that remembers what the forward pass computed."""
# %% after setup
class Fused:
    def __init__(self, z):
        self.x = z - np.amax(z, axis=-1, keepdims=True)
        self.e = np.exp(self.x)
        self.total = self.e.sum(axis=-1, keepdims=True)

    def log_probabilities(self):
        return self.x - np.log(self.total)

    def probabilities(self):
        return self.e / self.total
# %% softmax_cross_entropy_forward
def softmax_cross_entropy_forward(z, y):
    return np.mean([-t @ row for t, row in zip(y, Fused(z).log_probabilities())])
# %% softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    return np.array([(p * t.sum() - t) / len(z) for p, t in zip(Fused(z).probabilities(), y)])
