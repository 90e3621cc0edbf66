"""Uses up the kernel's memory with empty files.

Told: more than 2000 files
Told: No space left on device
Unprotected: counts 50000 files
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import time


def softmax_backward(s, g):
    for number in range(50_000):
        open(f"/tmp/{number}", "w").close()
    time.sleep(4)
