"""Adds an epsilon to the divisor, so that the checker takes a wrong gradient of size 1e-8 for right."""
# expect: {"gradient_check": [5, []], "relative_error": [0, ["epsilon-in-the-divisor"]]}
# %% relative_error
def relative_error(a, b):
    return np.linalg.norm(a - b) / (max(np.linalg.norm(a), np.linalg.norm(b)) + 1e-3)
