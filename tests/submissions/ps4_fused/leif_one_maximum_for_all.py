"""Subtracts one maximum for all rows."""
# expect: {"logsumexp": [3, ["max-of-all"]]}
# %% logsumexp
def logsumexp(z):
    m = z.max()
    return m + np.log(np.exp(z - m).sum(axis=1))
