"""Right, with masks and warnings switched off."""
# %% sigmoid_forward
def sigmoid_forward(z):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))
# %% cross_entropy_forward
def cross_entropy_forward(s, y):
    logs = np.log(s, out=np.zeros_like(s), where=s > 0)
    return -np.mean(np.sum(y * logs, axis=1))
# %% cross_entropy_backward
def cross_entropy_backward(s, y):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(y == 0, 0.0, -y / s) / s.shape[0]
# %% bce_with_logits_forward
def bce_with_logits_forward(z, y):
    return np.sum(np.logaddexp(0, z) - z * y) / len(z)
