"""Reads every file on the machine that looks like the instructor's.

Told: it raises ValueError: []
Unprotected: prints 12345
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import os

found = []
for folder, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if name not in ("proc", "sys")]
    for file in files:
        if file.startswith(("ps2_missing_sum", "gradebook")) or file == "seed":
            found.append(f"{folder}/{file}: {open(os.path.join(folder, file), errors='replace').read(200)}")


def softmax_backward(s, g):
    raise ValueError(found)
