"""Passes the upstream gradient on as it came."""
# expect: {"sigmoid_backward": [0, ["identity"]]}
# %% sigmoid_backward
def sigmoid_backward(a, g):
    return g + 0
