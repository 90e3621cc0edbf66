"""A reply nested a hundred thousand times.

Told: could not be read
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
    write(struct.pack("<II", 200_000, 0) + b"[" * 100_000 + b"]" * 100_000)
    while True:
        pass
