"""Takes exponentials as they come."""
# expect: {"sigmoid_forward": [2, ["exp-overflow"]], "bce_with_logits_forward": [4, ["exp-overflow"]],
#          "bce_with_logits_backward": [4, ["exp-overflow"]]}
# %% sigmoid_forward
def sigmoid_forward(z):
    return np.exp(z) / (1 + np.exp(z))
# %% bce_with_logits_forward
def bce_with_logits_forward(z, y):
    return np.sum(np.log(1 + np.exp(z)) - z * y) / len(z)
