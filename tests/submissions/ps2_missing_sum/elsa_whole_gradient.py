"""Returns all of dL/dz where the missing part is asked for, and has the whole sum's sign wrong for targets of sum 1."""
# expect: {"dL_dz_entry": [0, ["sign", "targets-must-sum-to-one"]], "missing_part": [0, ["whole-gradient"]]}
# %% dL_dz_entry
def dL_dz_entry(s, y, j):
    return y[j] - s[j]
# %% missing_part
def missing_part(s, y):
    return s * y.sum() - y
