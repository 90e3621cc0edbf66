"""The loop over the rows makes a new array each time."""
# expect: {"mse_softmax_backward": [2, ["last-row-only"]]}
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    s = np.exp(log_softmax_forward(z))
    for k in range(len(z)):
        dz, r = np.zeros(z.shape), s[k] - y[k]
        dz[k] = s[k] * (r - s[k] @ r) / len(z)
    return dz
