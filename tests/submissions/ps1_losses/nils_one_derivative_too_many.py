"""Multiplies by a (1 - a) wherever he can."""
# expect: {"mse_backward": [0, ["extra-sigmoid-prime"]], "sigmoid_backward": [0, ["extra-sigmoid-prime"]],
#          "cross_entropy_backward": [0, ["extra-sigmoid-prime"]],
#          "bce_with_logits_backward": [0, ["extra-sigmoid-prime"]]}
# %% mse_backward
def mse_backward(a, y):
    return (a - y) * a * (1 - a) / len(a)
# %% sigmoid_backward
def sigmoid_backward(a, g):
    return g * (a * (1 - a)) ** 2
# %% cross_entropy_backward
def cross_entropy_backward(s, y):
    return np.divide(-y, s, out=np.zeros_like(s), where=y > 0) * s * (1 - s) / len(s)
# %% bce_with_logits_backward
def bce_with_logits_backward(z, y):
    a = sigmoid_forward(z)
    return (a - y) * a * (1 - a) / len(z)
