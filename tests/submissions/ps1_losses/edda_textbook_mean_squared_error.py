"""The mean of all squares, as libraries have it: two mistakes here, the 2 and the divisor."""
# expect: {"mse_forward": [0, ["mean-of-all-squares"]],
#          "mse_backward": [0, ["mean-of-all-squares"]]}
# %% mse_forward
def mse_forward(a, y):
    return np.mean((a - y) ** 2)
# %% mse_backward
def mse_backward(a, y):
    return 2 * (a - y) / a.size
