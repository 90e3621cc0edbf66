"""Kills every process that it may.

Told: its process ended
Unprotected: dies
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import os


def softmax_backward(s, g):
    try:
        os.kill(-1, 9)
    finally:
        os.kill(os.getpid(), 9)
