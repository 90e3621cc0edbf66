"""Two mistakes in each function."""
# expect: {"mse_forward": [0, ["factor-two", "missing-mean"]], "mse_backward": [0, ["sign", "missing-mean"]],
#          "sigmoid_backward": [0, ["sign", "over-n"]],
#          "cross_entropy_forward": [0, ["loss-lacks-minus", "missing-mean"]],
#          "cross_entropy_backward": [0, ["sign", "mean-over-everything"]],
#          "bce_with_logits_forward": [0, ["one-sided", "missing-mean"]],
#          "bce_with_logits_backward": [0, ["sign", "averaged-twice"]]}
# %% mse_forward
def mse_forward(a, y):
    return ((a - y) ** 2).sum()
# %% mse_backward
def mse_backward(a, y):
    return y - a
# %% sigmoid_backward
def sigmoid_backward(a, g):
    return g * a * (a - 1) / len(a)
# %% cross_entropy_forward
def cross_entropy_forward(s, y):
    return (y[y > 0] * np.log(s[y > 0])).sum()
# %% cross_entropy_backward
def cross_entropy_backward(s, y):
    return np.divide(y, s, out=np.zeros_like(s), where=y > 0) / s.size
# %% bce_with_logits_forward
def bce_with_logits_forward(z, y):
    return (y * np.logaddexp(0, -z)).sum()
# %% bce_with_logits_backward
def bce_with_logits_backward(z, y):
    return (y - sigmoid_forward(z)) / len(z) ** 2
