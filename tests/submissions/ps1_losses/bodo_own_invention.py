"""Wrong in ways that nobody has a name for."""
# expect: {"mse_forward": [0, []], "mse_backward": [0, []],
#          "sigmoid_forward": [0, []], "sigmoid_backward": [0, ["part-sign"]],
#          "cross_entropy_forward": [0, []], "cross_entropy_backward": [0, []], "bce_with_logits_forward": [0, []],
#          "bce_with_logits_backward": [0, []]}
# %% mse_forward
def mse_forward(a, y):
    return np.cos(a - y).sum() / len(a)
# %% mse_backward
def mse_backward(a, y):
    return np.sign(a - y) / len(a)
# %% sigmoid_forward
def sigmoid_forward(z):
    return 0.5 + 0.5 * z / (1 + np.abs(z))
# %% sigmoid_backward
def sigmoid_backward(a, g):
    return g * a * (1 + a)
# %% cross_entropy_forward
def cross_entropy_forward(s, y):
    return -np.log2(s + 1e-9).max()
# %% cross_entropy_backward
def cross_entropy_backward(s, y):
    return -np.sqrt(y / (s + 1))
# %% bce_with_logits_forward
def bce_with_logits_forward(z, y):
    return ((z - y) ** 2).sum() / len(z)
# %% bce_with_logits_backward
def bce_with_logits_backward(z, y):
    return np.tanh(z - y) / len(z)
