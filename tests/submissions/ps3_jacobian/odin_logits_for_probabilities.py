"""Takes z where softmax(z) belongs."""
# expect: {"log_softmax_backward": [0, ["no-activation"]]}
# %% log_softmax_backward
def log_softmax_backward(z, g):
    return g - z * g.sum(axis=1, keepdims=True)
