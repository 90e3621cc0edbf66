"""Runs one step too far and raises an IndexError."""
# expect: {"dL_dz_entry": [0, []]}
# %% dL_dz_entry
def dL_dz_entry(s, y, j):
    total = 0
    for i in range(1, len(s) + 1):
        total += -y[i] / s[i] * softmax_partial(s, i, j)
    return total
