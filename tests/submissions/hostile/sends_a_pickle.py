"""Hopes that somebody unpickles.

Told: unknown kind
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
    answer, arguments = {"kind": "pickle", "size": 30}, {"kind": "tuple", "items": []}
    send({"ok": True, "answer": answer, "arguments": arguments}, b"cos\nsystem\n(S'touch /tmp/x'\ntR.")
    while True:
        pass
