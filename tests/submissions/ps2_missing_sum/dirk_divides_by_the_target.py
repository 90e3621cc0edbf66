"""Takes the target out of the sum as a factor, and divides by it: 0/0 where a target is 0."""
# expect: {"dL_dz_entry": [2, ["zero-over-zero"]], "missing_part": [2, ["zero-over-zero"]]}
# %% dL_dz_entry
def dL_dz_entry(s, y, j):
    return y[j] * (s[j] * y.sum() / y[j] - 1)
# %% missing_part
def missing_part(s, y):
    return y * s * (y.sum() / y - 1)
