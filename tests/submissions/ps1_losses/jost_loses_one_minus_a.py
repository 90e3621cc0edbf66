"""Loses the factor 1 - a of a (1 - a)."""
# expect: {"sigmoid_backward": [0, ["lost-complement"]]}
# %% sigmoid_backward
def sigmoid_backward(a, g):
    return g * a
