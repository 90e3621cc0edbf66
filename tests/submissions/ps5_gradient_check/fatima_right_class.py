"""Right, with a class behind the functions."""
# %% gradient_check
class Checker:
    def __init__(self, h=1e-5, tolerance=1e-5):
        self.h, self.tolerance = h, tolerance

    def agree(self, f, x, given):
        if given.shape != x.shape:
            return False
        return relative_error(central_difference(f, x, self.h), given) < self.tolerance

def gradient_check(forward, backward, z, y):
    return bool(Checker().agree(lambda x: forward(x, y), z, backward(z, y)))
# %% find_the_bugs
class Loss:
    def __call__(self, z, y):
        m = z.max(axis=1, keepdims=True)
        return ((np.log(np.exp(z - m).sum(axis=1, keepdims=True)) + m - z) * y).sum(axis=1).mean()

def find_the_bugs(candidates, z, y):
    bugs = []
    for name in sorted(candidates):
        if not gradient_check(Loss(), candidates[name], z, y):
            bugs.append(name)
    return bugs
