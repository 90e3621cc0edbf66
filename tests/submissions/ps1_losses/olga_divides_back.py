"""Divides s - y by s (1 - s), forward with the binary term for each class."""
# expect: {"cross_entropy_forward": [0, ["two-sided", "log-of-zero"]],
#          "cross_entropy_backward": [0, ["quotient", "log-of-zero"]],
#          "bce_with_logits_backward": [0, ["quotient", "nan-where-underflow"]]}
# %% cross_entropy_forward
def cross_entropy_forward(s, y):
    return -np.sum(y * np.log(s) + (1 - y) * np.log(1 - s)) / len(s)
# %% cross_entropy_backward
def cross_entropy_backward(s, y):
    return (s - y) / (s * (1 - s)) / len(s)
# %% bce_with_logits_backward
def bce_with_logits_backward(z, y):
    a = sigmoid_forward(z)
    return (a - y) / (a * (1 - a)) / len(z)
