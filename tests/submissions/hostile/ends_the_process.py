"""Leaves before anybody can look.

Told: its process ended
Unprotected: dies
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import os


def softmax_backward(s, g):
    os._exit(0)
