"""Takes the logarithm of softmax, which is 0 where it underflows."""
# expect: {"log_softmax_forward": [4, ["log-of-zero"]]}
# %% log_softmax_forward
def log_softmax_forward(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.log(e / e.sum(axis=1, keepdims=True))
