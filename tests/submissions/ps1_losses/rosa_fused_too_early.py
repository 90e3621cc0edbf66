"""Returns s - y where the derivative with respect to s is asked for."""
# expect: {"cross_entropy_backward": [0, ["fused-for-the-loss"]]}
# %% cross_entropy_backward
def cross_entropy_backward(s, y):
    return (s - y) / len(s)
