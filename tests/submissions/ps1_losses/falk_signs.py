"""Every sign the wrong way round."""
# expect: {"mse_backward": [0, ["sign"]], "sigmoid_forward": [0, ["exponent-sign"]], "sigmoid_backward": [0, ["sign"]],
#          "cross_entropy_forward": [0, ["loss-lacks-minus"]], "cross_entropy_backward": [0, ["sign"]],
#          "bce_with_logits_forward": [0, ["loss-lacks-minus"]], "bce_with_logits_backward": [0, ["sign"]]}
# %% mse_backward
def mse_backward(a, y):
    return (y - a) / len(a)
# %% sigmoid_forward
def sigmoid_forward(z):
    return np.exp(-np.logaddexp(0, z))
# %% sigmoid_backward
def sigmoid_backward(a, g):
    return g * a * (a - 1)
# %% cross_entropy_forward
def cross_entropy_forward(s, y):
    return np.sum(y[y > 0] * np.log(s[y > 0])) / len(s)
# %% cross_entropy_backward
def cross_entropy_backward(s, y):
    return np.divide(y, s, out=np.zeros_like(s), where=y > 0) / len(s)
# %% bce_with_logits_forward
def bce_with_logits_forward(z, y):
    return (z * y - np.logaddexp(0, z)).sum() / len(z)
# %% bce_with_logits_backward
def bce_with_logits_backward(z, y):
    with np.errstate(over="ignore"):
        return (y - 1 / (1 + np.exp(-z))) / len(z)
