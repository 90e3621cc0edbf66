"""Right but for two zeros, for which he divides 0 by 0."""
# expect: {"relative_error": [2, ["zero-over-zero"]]}
# %% relative_error
def relative_error(a, b):
    return np.linalg.norm(a - b) / max(np.linalg.norm(a), np.linalg.norm(b))
