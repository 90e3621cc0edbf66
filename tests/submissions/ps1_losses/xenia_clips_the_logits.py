"""Clips the logits at 20, so that sigmoid is never below 2e-9."""
# expect: {"sigmoid_forward": [2, []]}
# %% sigmoid_forward
def sigmoid_forward(z):
    return 1 / (1 + np.exp(-np.clip(z, -20, 20)))
# %% bce_with_logits_backward
def bce_with_logits_backward(z, y):
    e = np.exp(-np.abs(z))
    return (np.where(z >= 0, 1, e) / (1 + e) - y) / len(z)
