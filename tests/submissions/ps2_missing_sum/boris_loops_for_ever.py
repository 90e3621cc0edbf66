"""One function never returns; the others are right and do not use it."""
# expect: {"softmax_partial": [0, []]}
# %% softmax_partial
def softmax_partial(s, i, j):
    k = 0
    while k < len(s):
        value = s[i] * ((i == j) - s[j])
    return value
# %% dL_dz_entry
def dL_dz_entry(s, y, j):
    return s[j] * y.sum() - y[j]
