"""Deleted one solution cell; the rest is right."""
# expect: {"missing_part": [0, []]}
# %% without missing_part
