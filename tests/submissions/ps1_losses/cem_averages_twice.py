"""Divides by n in a helper and once more in the function."""
# expect: {"mse_forward": [1, ["averaged-twice"]], "mse_backward": [1, ["averaged-twice"]],
#          "cross_entropy_forward": [3, ["averaged-twice"]], "cross_entropy_backward": [3, ["averaged-twice"]],
#          "bce_with_logits_forward": [2, ["averaged-twice"]], "bce_with_logits_backward": [2, ["averaged-twice"]]}
# %% mse_forward
def mse_forward(a, y):
    return np.mean(np.sum((a - y) ** 2, axis=1) / 2) / len(a)
# %% mse_backward
def mse_backward(a, y):
    return (a - y) / len(a) ** 2
# %% cross_entropy_forward
def cross_entropy_forward(s, y):
    logs = np.log(s, out=np.zeros_like(s), where=y > 0)
    return -(y * logs).sum(axis=1).mean() / len(s)
# %% cross_entropy_backward
def cross_entropy_backward(s, y):
    return np.divide(-y, s, out=np.zeros_like(s), where=y > 0) / len(s) / len(s)
# %% bce_with_logits_forward
def bce_with_logits_forward(z, y):
    return (np.logaddexp(0, z) - z * y).sum() / len(z) / len(z)
# %% bce_with_logits_backward
def bce_with_logits_backward(z, y):
    return (sigmoid_forward(z) - y) / len(z) ** 2
