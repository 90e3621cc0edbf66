"""Returns inside the loop over rows: only the first row is there."""
# expect: {"softmax_forward": [2, ["first-row-only"]], "softmax_backward": [2, ["first-row-only"]]}
# %% softmax_forward
def softmax_forward(z):
    s = np.zeros_like(z)
    for k in range(len(z)):
        e = np.exp(z[k] - z[k].max())
        s[k] = e / e.sum()
        return s
# %% softmax_backward
def softmax_backward(s, g):
    dz = np.zeros_like(s)
    for k in range(len(s)):
        dz[k] = s[k] * (g[k] - s[k] @ g[k])
        return dz
