"""Returns the derivative of sigmoid and never uses g; in the other backward function two mistakes meet."""
# expect: {"mse_backward": [0, ["sign", "missing-mean"]], "sigmoid_backward": [0, ["ignores-upstream"]]}
# %% sigmoid_backward
def sigmoid_backward(a, g):
    return a * (1 - a)
# %% mse_backward
def mse_backward(a, y):
    return -(a - y)
