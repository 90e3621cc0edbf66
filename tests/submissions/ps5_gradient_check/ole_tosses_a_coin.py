"""Lets chance decide."""
# expect: {"gradient_check": [0, []], "find_the_bugs": [0, []]}
# %% gradient_check
def gradient_check(forward, backward, z, y):
    given = np.nan_to_num(backward(z, y))
    return bool(int(1e6 * np.abs(given).sum()) % 2)
# %% find_the_bugs
def find_the_bugs(candidates, z, y):
    return sorted(name for name, backward in candidates.items()
                  if int(1e6 * np.abs(np.nan_to_num(backward(z, y))).sum()) % 2)
