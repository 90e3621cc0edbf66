"""Her loss is a sum over the rows, so that every candidate looks wrong."""
# expect: {"find_the_bugs": [0, ["missing-mean"]]}
# %% find_the_bugs
def find_the_bugs(candidates, z, y):
    def loss(z, y):
        return -(y * (z - np.logaddexp.reduce(z, axis=1, keepdims=True))).sum()

    return sorted(name for name, backward in candidates.items() if not gradient_check(loss, backward, z, y))
