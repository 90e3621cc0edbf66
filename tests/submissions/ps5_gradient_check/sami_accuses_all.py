"""Calls every candidate wrong."""
# expect: {"find_the_bugs": [0, ["refuses-everything"]]}
# %% find_the_bugs
def find_the_bugs(candidates, z, y):
    return sorted(candidates)
