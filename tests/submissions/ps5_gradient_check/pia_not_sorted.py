"""Returns the names in the order of the dictionary."""
# expect: {"find_the_bugs": [0, ["names-not-sorted"]]}
# %% find_the_bugs
def find_the_bugs(candidates, z, y):
    def loss(z, y):
        return -(y * (z - np.logaddexp.reduce(z, axis=1, keepdims=True))).sum() / len(z)

    return [name for name, backward in candidates.items() if not gradient_check(loss, backward, z, y)]
