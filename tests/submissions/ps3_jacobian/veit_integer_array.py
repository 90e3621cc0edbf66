"""Writes the result into an array like z, which may be one of integers."""
# expect: {"log_softmax_forward": [5, ["integer-array"]]}
# %% log_softmax_forward
def log_softmax_forward(z):
    out = np.zeros_like(z)
    for k, row in enumerate(z):
        m = row.max()
        out[k] = row - m - np.log(np.exp(row - m).sum())
    return out
