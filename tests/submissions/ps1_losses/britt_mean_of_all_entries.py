"""Takes np.mean over all entries: divides by n·c."""
# expect: {"mse_forward": [0, ["mean-over-everything"]], "mse_backward": [0, ["mean-over-everything"]],
#          "cross_entropy_forward": [0, ["mean-over-everything"]],
#          "cross_entropy_backward": [0, ["mean-over-everything"]],
#          "bce_with_logits_forward": [3, ["mean-over-everything"]],
#          "bce_with_logits_backward": [3, ["mean-over-everything"]]}
# %% mse_forward
def mse_forward(a, y):
    return np.mean((a - y) ** 2 / 2)
# %% mse_backward
def mse_backward(a, y):
    return (a - y) / a.size
# %% cross_entropy_forward
def cross_entropy_forward(s, y):
    logs = np.log(s, out=np.zeros_like(s), where=y > 0)
    return -(y * logs).mean()
# %% cross_entropy_backward
def cross_entropy_backward(s, y):
    return np.divide(-y, s, out=np.zeros_like(s), where=y > 0) / s.size
# %% bce_with_logits_forward
def bce_with_logits_forward(z, y):
    return np.mean(np.logaddexp(0, z) - z * y)
# %% bce_with_logits_backward
def bce_with_logits_backward(z, y):
    return (sigmoid_forward(z) - y) / z.size
