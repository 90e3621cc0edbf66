"""Accuses nobody."""
# expect: {"find_the_bugs": [0, ["accepts-everything"]]}
# %% find_the_bugs
def find_the_bugs(candidates, z, y):
    return []
