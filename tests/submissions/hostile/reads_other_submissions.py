"""Looks for what the others handed in.

Told: ValueError: []
Unprotected: prints of another student
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import os

found = []
for folder, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if name not in ("proc", "sys")]
    found += [open(os.path.join(folder, name)).read(300) for name in files
              if name.endswith(".ipynb") or "/submitted/" in folder]


def softmax_backward(s, g):
    raise ValueError(found)
