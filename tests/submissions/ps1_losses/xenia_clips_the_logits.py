"""Clips the logits at 20, so that sigmoid is never below 2e-9."""
# expect: {"sigmoid_forward": [2, []], "bce_with_logits_backward": [4, []]}
# %% sigmoid_forward
def sigmoid_forward(z):
    return 1 / (1 + np.exp(-np.clip(z, -20, 20)))
