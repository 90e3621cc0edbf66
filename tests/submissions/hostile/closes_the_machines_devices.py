"""Changes the mode of devices, which are the machine's own; where root grades, it owns them. Here the mode is the one
that they have.

Told: ValueError: 0 changed
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import os


def softmax_backward(s, g):
    count = 0
    for device in ("/dev/null", "/dev/zero", "/dev/urandom"):
        try:
            os.chmod(device, 0o666)
            count += 1
        except OSError:
            pass
    raise ValueError(f"{count} changed")
