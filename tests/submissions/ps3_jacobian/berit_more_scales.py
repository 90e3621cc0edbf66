"""Other factors: the mean of all entries, a 2 from the square."""
# expect: {"log_softmax_backward": [0, ["mean-over-everything"]], "softmax_backward_jacobian": [2, ["over-n"]],
#          "softmax_backward": [0, ["mean-over-everything"]], "mse_softmax_backward": [0, ["mean-over-everything"]]}
# %% log_softmax_backward
def log_softmax_backward(z, g):
    s = np.exp(log_softmax_forward(z))
    return (g - s * g.sum(axis=1, keepdims=True)) / g.size
# %% softmax_backward_jacobian
def softmax_backward_jacobian(s, g):
    return np.einsum("ni,nij->nj", g, softmax_jacobian(s)) / len(s)
# %% softmax_backward
def softmax_backward(s, g):
    return s * (g - (s * g).sum(axis=1, keepdims=True)) / s.size
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    s = np.exp(log_softmax_forward(z))
    r = s - y
    return s * (r - (s * r).sum(axis=1, keepdims=True)) / z.size
