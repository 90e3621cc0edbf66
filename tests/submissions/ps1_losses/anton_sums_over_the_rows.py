"""Adds up over the rows and forgets to divide by n."""
# expect: {"mse_forward": [1, ["missing-mean"]], "mse_backward": [1, ["missing-mean"]],
#          "cross_entropy_forward": [3, ["missing-mean"]], "cross_entropy_backward": [3, ["missing-mean"]],
#          "bce_with_logits_forward": [2, ["missing-mean"]], "bce_with_logits_backward": [2, ["missing-mean"]]}
# %% mse_forward
def mse_forward(a, y):
    return 0.5 * np.sum((a - y) ** 2)
# %% mse_backward
def mse_backward(a, y):
    return a - y
# %% cross_entropy_forward
def cross_entropy_forward(s, y):
    return -np.sum(y[y > 0] * np.log(s[y > 0]))
# %% cross_entropy_backward
def cross_entropy_backward(s, y):
    return np.divide(-y, s, out=np.zeros_like(s), where=y > 0)
# %% bce_with_logits_forward
def bce_with_logits_forward(z, y):
    return (np.logaddexp(0, z) - z * y).sum()
# %% bce_with_logits_backward
def bce_with_logits_backward(z, y):
    return sigmoid_forward(z) - y
