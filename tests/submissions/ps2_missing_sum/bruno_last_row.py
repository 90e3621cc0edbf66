"""The loop over rows overwrites its result: only the last row is there."""
# expect: {"softmax_backward": [2, ["last-row-only"]]}
# %% softmax_backward
def softmax_backward(s, g):
    for k in range(len(s)):
        dz = np.zeros_like(s)
        dz[k] = s[k] * (g[k] - s[k] @ g[k])
    return dz
