"""Keeps the 2 of the square: no half in the loss, a 2 in the gradient."""
# expect: {"mse_forward": [0, ["factor-two"]], "mse_backward": [0, ["factor-two"]]}
# %% mse_forward
def mse_forward(a, y):
    return np.sum((a - y) ** 2) / len(a)
# %% mse_backward
def mse_backward(a, y):
    return 2 * (a - y) / len(a)
