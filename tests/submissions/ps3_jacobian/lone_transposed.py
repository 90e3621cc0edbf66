"""Multiplies with the Jacobian of log-softmax from the wrong side."""
# expect: {"log_softmax_backward": [0, ["transposed"]]}
# %% log_softmax_backward
def log_softmax_backward(z, g):
    s = np.exp(log_softmax_forward(z))
    K = np.eye(s.shape[1]) - s[:, None, :]
    return np.einsum("nij,nj->ni", K, g)
