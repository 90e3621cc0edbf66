"""The loop over the rows overwrites its result."""
# expect: {"log_softmax_forward": [4, ["last-row-only"]], "softmax_jacobian": [2, ["last-row-only"]],
#          "softmax_backward_jacobian": [2, ["last-row-only"]], "softmax_backward": [4, ["last-row-only"]]}
# %% log_softmax_forward
def log_softmax_forward(z):
    for k in range(len(z)):
        out = np.zeros(z.shape)
        out[k] = z[k] - z[k].max() - np.log(np.exp(z[k] - z[k].max()).sum())
    return out
# %% log_softmax_backward
def log_softmax_backward(z, g):
    s = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
    return g - s * g.sum(axis=1, keepdims=True)
# %% softmax_jacobian
def softmax_jacobian(s):
    for k in range(len(s)):
        J = np.zeros((*s.shape, s.shape[1]))
        J[k] = np.diag(s[k]) - np.outer(s[k], s[k])
    return J
# %% softmax_backward
def softmax_backward(s, g):
    for k in range(len(s)):
        dz = np.zeros_like(s)
        dz[k] = s[k] * (g[k] - s[k] @ g[k])
    return dz
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    s = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
    r = s - y
    return s * (r - (s * r).sum(axis=1, keepdims=True)) / len(z)
