"""Wants s - y to come out, and divides it by s (1 - s) to get dL/ds."""
# expect: {"dL_dz_entry": [0, ["quotient"]]}
# %% dL_dz_entry
def dL_dz_entry(s, y, j):
    dL_ds = (s - y) / (s * (1 - s))
    return sum(dL_ds[i] * softmax_partial(s, i, j) for i in range(len(s)))
