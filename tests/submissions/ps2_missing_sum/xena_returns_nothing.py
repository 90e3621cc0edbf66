"""Prints or stores the result in place of returning it."""
# expect: {"softmax_partial": [0, []], "dL_dz_entry": [0, []], "missing_part": [0, []]}
# %% softmax_partial
def softmax_partial(s, i, j):
    print(s[i] * ((i == j) - s[j]))
# %% missing_part
def missing_part(s, y):
    result = s * (y.sum() - y)
