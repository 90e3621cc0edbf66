"""Forgets the sigmoid in the gradient, and has another slope in the sigmoid itself."""
# expect: {"sigmoid_forward": [1, ["wrong-point"]], "bce_with_logits_backward": [0, ["no-activation"]]}
# %% sigmoid_forward
def sigmoid_forward(z):
    return (1 + np.tanh(z)) / 2
# %% bce_with_logits_backward
def bce_with_logits_backward(z, y):
    return (z - y) / len(z)
