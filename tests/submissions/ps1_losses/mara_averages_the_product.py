"""Divides a vector-Jacobian product by the number of rows."""
# expect: {"sigmoid_backward": [1, ["over-n"]]}
# %% sigmoid_backward
def sigmoid_backward(a, g):
    return g * a * (1 - a) / len(a)
