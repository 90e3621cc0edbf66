"""Keeps only the diagonal of the Jacobian in softmax_backward, the mistake the problem set is named after."""
# expect: {"softmax_backward": [0, ["missing-sum"]]}
# %% softmax_backward
def softmax_backward(s, g):
    ds = s * (1 - s)
    return g * ds
# %% where_the_sum_comes_from [markdown]
# Cross-entropy has a sum in it and MSE has not.
