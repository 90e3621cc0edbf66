"""Returns the i = j term where the rest is asked for, and uses the formula for i = j everywhere."""
# expect: {"softmax_partial": [1, ["diagonal-formula-everywhere"]], "dL_dz_entry": [0, ["diagonal-formula-everywhere"]],
#          "missing_part": [0, ["diagonal-term"]]}
# %% softmax_partial
def softmax_partial(s, i, j):
    return s[i] * (1 - s[j])
# %% missing_part
def missing_part(s, y):
    return -y * (1 - s)
