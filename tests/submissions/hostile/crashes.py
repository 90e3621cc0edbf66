"""Reads from address 0, for a core dump.

Told: its process ended
Unprotected: dies
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import ctypes


def softmax_backward(s, g):
    ctypes.string_at(0)
