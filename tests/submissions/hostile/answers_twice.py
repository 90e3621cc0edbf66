"""Sends a second reply behind the first.

Told: it wrote into the grader's pipe
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
    empty = {"kind": "tuple", "items": []}
    one = json.dumps({"ok": True, "answer": empty, "arguments": empty}).encode()
    write((struct.pack("<II", len(one), 0) + one) * 2)
    while True:
        pass
