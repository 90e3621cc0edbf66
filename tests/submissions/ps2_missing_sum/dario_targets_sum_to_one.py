"""Uses s - y, which holds only for targets that sum to 1."""
# expect: {"dL_dz_entry": [2, ["targets-must-sum-to-one"]], "missing_part": [1, ["targets-must-sum-to-one"]]}
# %% dL_dz_entry
def dL_dz_entry(s, y, j):
    return s[j] - y[j]
# %% missing_part
def missing_part(s, y):
    return s * (1 - y)
