"""Subtracts the maximum or zero, whichever is larger."""
# expect: {"logsumexp": [3, ["max-with-zero"]]}
# %% logsumexp
def logsumexp(z):
    m = np.maximum(z.max(axis=1), 0)
    return m + np.log(np.exp(z - m[:, None]).sum(axis=1))
