"""Takes the sigmoid of what is already a sigmoid."""
# expect: {"sigmoid_forward": [0, ["double-sigmoid"]], "sigmoid_backward": [0, ["double-sigmoid"]],
#          "bce_with_logits_forward": [0, ["double-sigmoid"]], "bce_with_logits_backward": [0, ["double-sigmoid"]]}
# %% sigmoid_forward
def sigmoid(z):
    return (1 + np.tanh(z / 2)) / 2

def sigmoid_forward(z):
    return sigmoid(sigmoid(z))
# %% sigmoid_backward
def sigmoid_backward(a, g):
    return g * sigmoid(a) * (1 - sigmoid(a))
# %% bce_with_logits_forward
def bce_with_logits_forward(z, y):
    p = sigmoid(z)
    return np.sum(np.maximum(p, 0) - p * y + np.log1p(np.exp(-np.abs(p)))) / len(z)
# %% bce_with_logits_backward
def bce_with_logits_backward(z, y):
    return (sigmoid(sigmoid(z)) - y) / len(z)
