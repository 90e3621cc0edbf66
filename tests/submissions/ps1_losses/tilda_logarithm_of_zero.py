"""Takes the formulas as they stand on paper: 0 times ln 0 is nan."""
# expect: {"cross_entropy_forward": [4, ["log-of-zero"]], "cross_entropy_backward": [4, ["log-of-zero"]],
#          "bce_with_logits_forward": [4, ["log-of-zero"]]}
# %% cross_entropy_forward
def cross_entropy_forward(s, y):
    return -np.sum(y * np.log(s)) / len(s)
# %% cross_entropy_backward
def cross_entropy_backward(s, y):
    return -y / s / len(s)
# %% bce_with_logits_forward
def bce_with_logits_forward(z, y):
    a = sigmoid_forward(z)
    return -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a)) / len(z)
