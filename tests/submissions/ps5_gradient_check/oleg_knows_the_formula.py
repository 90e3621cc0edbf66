"""Compares with the formula for softmax and cross-entropy instead of measuring."""
# expect: {"gradient_check": [5, ["formula-for-a-measurement"]]}
# %% gradient_check
def gradient_check(forward, backward, z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    truth = (s * y.sum(axis=1, keepdims=True) - y) / len(z)
    given = backward(z, y)
    return np.shape(given) == z.shape and bool(np.allclose(given, truth, rtol=1e-6, atol=1e-9))
