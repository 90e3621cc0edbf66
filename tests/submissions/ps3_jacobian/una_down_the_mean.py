"""The dot product behind the mean squared error runs down the columns; elsewhere s (1 - s) comes in once more, or s - g
for the product."""
# expect: {"log_softmax_backward": [0, ["extra-sigmoid-prime"]], "softmax_backward_jacobian": [0, ["fused-as-softmax"]],
#          "softmax_backward": [0, ["extra-sigmoid-prime"]], "mse_softmax_backward": [0, ["wrong-axis"]]}
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    s = np.exp(log_softmax_forward(z))
    r = (s - y) / len(z)
    return s * (r - (s * r).sum(axis=0))
# %% log_softmax_backward
def log_softmax_backward(z, g):
    s = np.exp(log_softmax_forward(z))
    return (g - s * g.sum(axis=1, keepdims=True)) * s * (1 - s)
# %% softmax_backward
def softmax_backward(s, g):
    return s * (g - (s * g).sum(axis=1, keepdims=True)) * s * (1 - s)
# %% softmax_backward_jacobian
def softmax_backward_jacobian(s, g):
    return s - g
