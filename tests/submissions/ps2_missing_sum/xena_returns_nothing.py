"""Prints or stores the result in place of returning it."""
# expect: {"softmax_partial": [0, ["no-return"]], "dL_dz_entry": [0, []], "missing_part": [0, ["no-return"]]}
# %% softmax_partial
def softmax_partial(s, i, j):
    print(s[i] * ((i == j) - s[j]))
# %% missing_part
def missing_part(s, y):
    result = s * (y.sum() - y)
