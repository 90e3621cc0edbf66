"""Right for positive probabilities; with a probability of 0 it is 0/0."""
# expect: {"softmax_jacobian": [4, []], "softmax_backward_jacobian": [4, []], "softmax_backward": [5, []],
#          "mse_softmax_backward": [4, []]}
# %% softmax_jacobian
def softmax_jacobian(s):
    J = s[:, :, None] * (np.eye(s.shape[1]) - s[:, None, :])
    return J / s[:, :, None] * s[:, :, None]
# %% softmax_backward
def softmax_backward(s, g):
    return s * (g - (s * g).sum(axis=1, keepdims=True)) / s * s
