"""Right, but through the whole Jacobian, where a dot product is enough."""
# expect: {"softmax_backward": [4, ["forms-the-jacobian"]]}
# %% softmax_backward
def softmax_backward(s, g):
    return softmax_backward_jacobian(s, g)
