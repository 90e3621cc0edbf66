"""Compares with s - y, which is the gradient only where the targets of a row sum to 1."""
# expect: {"find_the_bugs": [2, ["targets-must-sum-to-one"]]}
# %% find_the_bugs
def find_the_bugs(candidates, z, y):
    s = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    truth = (s - y) / len(z)
    return sorted(n for n, f in candidates.items()
                  if f(z, y).shape != z.shape or not np.allclose(f(z, y), truth, rtol=1e-6))
