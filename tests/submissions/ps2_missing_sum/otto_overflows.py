"""Takes the exponentials as they come: right for small logits."""
# expect: {"softmax_forward": [3, ["no-max"]]}
# %% softmax_forward
def softmax_forward(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
