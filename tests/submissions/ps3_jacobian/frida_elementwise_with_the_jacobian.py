"""Multiplies g and the Jacobian entry by entry, without a sum."""
# expect: {"softmax_backward_jacobian": [0, ["elementwise-with-J"]], "softmax_backward": [0, ["elementwise-with-J"]],
#          "mse_softmax_backward": [0, ["elementwise-with-J"]]}
# %% softmax_backward_jacobian
def softmax_backward_jacobian(s, g):
    return g[:, :, None] * softmax_jacobian(s)
# %% softmax_backward
def softmax_backward(s, g):
    return g[:, None, :] * softmax_jacobian(s)
