"""Reads whatever was left open for it.

Told: it raises ValueError: []
Unprotected: prints 12345
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import os
import stat


def softmax_backward(s, g):
    found = []
    for descriptor in range(3, 64):
        try:
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                found.append(os.read(descriptor, 100))
        except OSError:
            pass
    raise ValueError(str(found))
