"""Out of order: a thread that writes an answer of its own between two calls, for the next one to find, before the real
one.

Told: it should be
Told: wrote into the grader's pipe
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import json
import os
import struct
import sys
import threading
import time


def send(message, buffers=b""):
    structure = json.dumps(message).encode()
    os.write(int(sys.argv[2]), struct.pack("<II", len(structure), len(buffers)) + structure + buffers)


def in_advance(shape):
    time.sleep(0.0005)
    zero = {"kind": "array", "scalar": False, "dtype": "<f8", "shape": list(shape)}
    arguments = {"kind": "tuple", "items": [zero, zero]}
    send({"ok": True, "answer": zero, "arguments": arguments}, bytes(24 * shape[0] * shape[1]))


def softmax_backward(s, g):
    threading.Thread(target=in_advance, args=[s.shape]).start()
    return 0 * s
