"""A slow reply: a byte at a time, so that there is always something to read.

Told: did not end within
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import os
import struct
import sys
import time


def softmax_backward(s, g):
    for byte in struct.pack("<II", 1000, 0) + b" " * 1000:
        os.write(int(sys.argv[2]), bytes([byte]))
        time.sleep(0.05)
