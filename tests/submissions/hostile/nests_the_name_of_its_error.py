"""An error whose type is no text but lists in lists, too deep to be written out.

Told: it raises something without a name
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import os
import struct
import sys


def softmax_backward(s, g):
    structure = b'{"ok": false, "error": {"type": ' + b"[" * 900 + b"]" * 900 + b"}}"
    os.write(int(sys.argv[2]), struct.pack("<II", len(structure), 0) + structure)
    os._exit(0)
