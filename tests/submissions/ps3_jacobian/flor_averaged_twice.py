"""Divides by n twice, takes s - g for the product, and multiplies by s (1 - s) once more."""
# expect: {"softmax_backward_jacobian": [0, ["extra-sigmoid-prime"]], "softmax_backward": [0, ["fused-as-softmax"]],
#          "mse_softmax_backward": [2, ["averaged-twice"]]}
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    s = np.exp(log_softmax_forward(z))
    r = s - y
    return s * (r - (s * r).sum(axis=1, keepdims=True)) / len(z) / len(z)
# %% softmax_backward
def softmax_backward(s, g):
    return s - g
# %% softmax_backward_jacobian
def softmax_backward_jacobian(s, g):
    return np.einsum("ni,nij->nj", g, softmax_jacobian(s)) * s * (1 - s)
