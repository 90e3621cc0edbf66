"""Right, under a name that is spelled wrongly, so that one function is missing."""
# expect: {"missing_part": [0, []]}
# %% missing_part
def mising_part(s, y):
    return s * (y.sum() - y)
