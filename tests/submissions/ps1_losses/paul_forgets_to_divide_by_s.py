"""Takes -y for the derivative of -y ln s."""
# expect: {"cross_entropy_backward": [0, ["not-divided-by-s"]]}
# %% cross_entropy_backward
def cross_entropy_backward(s, y):
    return -y / len(s)
