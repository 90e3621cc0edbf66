"""Loses the factor a of a (1 - a)."""
# expect: {"sigmoid_backward": [0, ["lost-factor"]]}
# %% sigmoid_backward
def sigmoid_backward(a, g):
    return g * (1 - a)
