"""Takes y ln(y/s) for the loss: the same gradient, but nan where a target is 0."""
# expect: {"find_the_bugs": [2, ["log-of-zero"]]}
# %% find_the_bugs
def find_the_bugs(candidates, z, y):
    def loss(z, y):
        log_s = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
        return (y * (np.log(y) - log_s)).sum() / len(z)

    return sorted(name for name, backward in candidates.items() if not gradient_check(loss, backward, z, y))
