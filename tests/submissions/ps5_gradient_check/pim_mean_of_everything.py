"""Her loss is the mean of all entries."""
# expect: {"find_the_bugs": [0, ["mean-over-everything"]]}
# %% find_the_bugs
def find_the_bugs(candidates, z, y):
    def loss(z, y):
        return -(y * (z - np.logaddexp.reduce(z, axis=1, keepdims=True))).mean()

    return sorted(name for name, backward in candidates.items() if not gradient_check(loss, backward, z, y))
