"""Compares the sizes of the entries and not their signs."""
# expect: {"gradient_check": [5, ["sizes-compared"]]}
# %% gradient_check
def gradient_check(forward, backward, z, y):
    given = backward(z, y)
    if np.shape(given) != z.shape or not np.all(np.isfinite(given)):
        return False
    measured = central_difference(lambda z: forward(z, y), z, 1e-5)
    return bool(relative_error(np.abs(given), np.abs(measured)) < 1e-5)
# %% find_the_bugs
def find_the_bugs(candidates, z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    truth = (e / e.sum(axis=1, keepdims=True) * y.sum(axis=1, keepdims=True) - y) / len(z)
    return sorted(n for n, f in candidates.items()
                  if f(z, y).shape != z.shape or not np.allclose(f(z, y), truth, rtol=1e-6))
