"""Takes the answer from the instructor's package.

Told: ModuleNotFoundError: No module named 'reference'
Unprotected: full points
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
from reference import softmax_backward
