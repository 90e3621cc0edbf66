"""The loop over the rows overwrites its result."""
# expect: {"mse_backward": [1, ["last-row-only"]], "sigmoid_forward": [1, ["last-row-only"]],
#          "sigmoid_backward": [1, ["last-row-only"]], "cross_entropy_backward": [3, ["last-row-only"]],
#          "bce_with_logits_backward": [2, ["last-row-only"]]}
# %% mse_backward
def mse_backward(a, y):
    for i in range(len(a)):
        da = np.zeros_like(a)
        da[i] = (a[i] - y[i]) / len(a)
    return da
# %% sigmoid_forward
def sigmoid_forward(z):
    for i in range(len(z)):
        a = np.zeros_like(z)
        a[i] = (1 + np.tanh(z[i] / 2)) / 2
    return a
# %% sigmoid_backward
def sigmoid_backward(a, g):
    for i in range(len(a)):
        dz = np.zeros_like(a)
        dz[i] = g[i] * a[i] * (1 - a[i])
    return dz
# %% cross_entropy_backward
def cross_entropy_backward(s, y):
    for i in range(len(s)):
        ds = np.zeros_like(s)
        used = y[i] > 0
        ds[i, used] = -y[i, used] / s[i, used] / len(s)
    return ds
# %% bce_with_logits_backward
def bce_with_logits_backward(z, y):
    for i in range(len(z)):
        dz = np.zeros_like(z)
        dz[i] = (np.exp(-np.logaddexp(0, -z[i])) - y[i]) / len(z)
    return dz
