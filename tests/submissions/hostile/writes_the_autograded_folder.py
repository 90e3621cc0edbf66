"""Puts a notebook with full points in the place of its own.

Told: ValueError: []
Unprotected: writes course/autograded/mallory.ipynb
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import os


def softmax_backward(s, g):
    found = []
    for folder, folders, files in os.walk("/"):
        folders[:] = [name for name in folders if name not in ("proc", "sys")]
        found += [f"{folder}/autograded"] if "autograded" in folders else []
    for folder in found:
        with open(f"{folder}/mallory.ipynb", "w") as file:
            file.write("{}")
    raise ValueError(found)
