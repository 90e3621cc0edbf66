"""Leaves a file in every folder that lets it, but /tmp.

Told: ValueError: 0 files
Unprotected: writes etc/owned_by_mallory
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import os

count = 0
for folder, _, _ in os.walk("/"):
    if not folder.startswith(("/tmp", "/proc", "/sys")):
        try:
            with open(os.path.join(folder, "owned_by_mallory"), "w") as file:
                file.write("mallory was here")
            count += 1
        except OSError:
            pass


def softmax_backward(s, g):
    raise ValueError(f"{count} files")
