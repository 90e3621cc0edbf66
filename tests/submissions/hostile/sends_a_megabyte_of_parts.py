"""A reply of 60,000 values, written as short as can be.

Told: more than 25000 values
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import json
import os
import struct
import sys


def softmax_backward(s, g):
    answer = {"kind": "list", "items": [{"kind": "plain"}] * 50_000}
    structure = json.dumps({"ok": True, "answer": answer}, separators=(",", ":")).encode()
    message = struct.pack("<II", len(structure), 0) + structure
    while message:
        message = message[os.write(int(sys.argv[2]), message) :]
    while True:
        pass
