"""Ends the whole process from inside a function."""
# expect: {"missing_part": [0, []]}
# %% missing_part
import os

def missing_part(s, y):
    os._exit(0)
