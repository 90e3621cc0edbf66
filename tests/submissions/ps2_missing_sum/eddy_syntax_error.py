"""One cell does not parse; the cells around it are right."""
# expect: {"missing_part": [0, []]}
# %% missing_part
def missing_part(s, y)
    return s * (y.sum() - y)
