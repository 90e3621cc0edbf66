"""Believes in the diagonal from the first derivative to the last, and finds that nothing is missing."""
# expect: {"softmax_partial": [1, ["missing-sum"]], "dL_dz_entry": [0, ["missing-sum"]],
#          "missing_part": [0, ["missing-sum"]], "softmax_backward": [0, ["missing-sum"]]}
# %% softmax_partial
def softmax_partial(s, i, j):
    if i == j:
        return s[i] * (1 - s[i])
    return 0.0
# %% missing_part
def missing_part(s, y):
    return np.zeros_like(s)
# %% softmax_backward
def softmax_backward(s, g):
    return g * s * (1 - s)
# %% where_the_sum_comes_from [markdown]
# I do not see where the sum should come from.
