"""Does not divide by the sum, and leaves the factor s out of the derivative."""
# expect: {"softmax_forward": [0, ["not-normalised"]], "softmax_partial": [0, ["lost-factor"]],
#          "dL_dz_entry": [0, ["lost-factor"]], "softmax_backward": [0, ["lost-factor"]]}
# %% softmax_forward
def softmax_forward(z):
    return np.exp(z - z.max(axis=1, keepdims=True))
# %% softmax_partial
def softmax_partial(s, i, j):
    return 1 - s[i] if i == j else 0
# %% softmax_backward
def softmax_backward(s, g):
    return g * (1 - s)
