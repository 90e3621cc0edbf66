"""A reply whose header promises more than anyone can hold.

Told: larger than 64 MB
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
    write(struct.pack("<II", 10, 2**32 - 1))
    while True:
        pass
