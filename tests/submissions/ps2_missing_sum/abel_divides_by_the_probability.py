"""Right for positive probabilities; with a probability of 0 it is 0/0."""
# expect: {"softmax_backward": [5, ["zero-over-zero"]]}
# %% softmax_backward
def softmax_backward(s, g):
    dz = s * (g - (s * g).sum(axis=1, keepdims=True))
    return dz / s * s
