"""Returns the names that she saw in a message."""
# expect: {"find_the_bugs": [0, []]}
# %% find_the_bugs
def find_the_bugs(candidates, z, y):
    return ["cleo", "dora", "emma"]
