"""Sends half a header and leaves.

Told: its process ended
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
    write(b"\1\0\0")
    os._exit(0)
