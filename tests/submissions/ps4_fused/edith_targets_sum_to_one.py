"""Uses formulas for targets that sum to 1."""
# expect: {"softmax_cross_entropy_forward": [6, ["targets-must-sum-to-one"]],
#          "softmax_cross_entropy_backward": [6, ["targets-must-sum-to-one"]]}
# %% softmax_cross_entropy_forward
def softmax_cross_entropy_forward(z, y):
    x = z - z.max(axis=1, keepdims=True)
    e = np.exp(x)
    s = e / e.sum(axis=1, keepdims=True)
    log_s = x - np.log(e.sum(axis=1, keepdims=True))
    return (np.log(e.sum(axis=1)) - (y * x).sum(axis=1)).mean()
# %% softmax_cross_entropy_backward
def softmax_cross_entropy_backward(z, y):
    x = z - z.max(axis=1, keepdims=True)
    e = np.exp(x)
    s = e / e.sum(axis=1, keepdims=True)
    log_s = x - np.log(e.sum(axis=1, keepdims=True))
    return (s - y) / len(z)
