"""Adds 1e-7 inside every logarithm and below every line."""
# expect: {"cross_entropy_forward": [0, ["clip"]], "cross_entropy_backward": [0, ["clip"]],
#          "bce_with_logits_forward": [0, ["clip"]]}
# %% cross_entropy_forward
def cross_entropy_forward(s, y):
    return -np.sum(y * np.log(s + 1e-7)) / len(s)
# %% cross_entropy_backward
def cross_entropy_backward(s, y):
    return -y / (s + 1e-7) / len(s)
# %% bce_with_logits_forward
def bce_with_logits_forward(z, y):
    a = sigmoid_forward(z)
    return -np.sum(y * np.log(a + 1e-7) + (1 - y) * np.log(1 - a + 1e-7)) / len(z)
