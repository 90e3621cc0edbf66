"""The 2 of the square, and the derivative applied twice."""
# expect: {"softmax_backward": [0, ["twice"]], "mse_softmax_backward": [0, ["factor-two"]]}
# %% softmax_backward
def softmax_backward(s, g):
    for _ in range(2):
        g = s * (g - (s * g).sum(axis=1, keepdims=True))
    return g
# %% mse_softmax_backward
def mse_softmax_backward(z, y):
    s = np.exp(log_softmax_forward(z))
    r = s - y
    return 2 * s * (r - (s * r).sum(axis=1, keepdims=True)) / len(z)
