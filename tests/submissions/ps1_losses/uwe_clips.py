"""Keeps the probabilities away from 0."""
# expect: {"cross_entropy_forward": [4, ["clip"]], "cross_entropy_backward": [4, ["clip"]],
#          "bce_with_logits_forward": [4, ["clip"]]}
# %% cross_entropy_forward
def cross_entropy_forward(s, y):
    return -np.sum(y * np.log(np.maximum(s, 1e-12))) / len(s)
# %% cross_entropy_backward
def cross_entropy_backward(s, y):
    return -y / np.maximum(s, 1e-12) / len(s)
# %% bce_with_logits_forward
def bce_with_logits_forward(z, y):
    a = np.clip(sigmoid_forward(z), 1e-12, 1 - 1e-12)
    return -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a)) / len(z)
