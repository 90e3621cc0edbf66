"""An array of minus one rows.

Told: no array
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import json
import os
import struct
import sys


def write(data):
    os.write(int(sys.argv[2]), data)


def send(message, buffers=b""):
    structure = json.dumps(message).encode()
    write(struct.pack("<II", len(structure), len(buffers)) + structure + buffers)


def softmax_backward(s, g):
    answer = {"kind": "array", "dtype": "<f8", "shape": [-1, 7]}
    send({"ok": True, "answer": answer, "arguments": {"kind": "tuple", "items": []}})
    while True:
        pass
