"""Opens the memory of the process that grades.

Told: FileNotFoundError
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import os


def softmax_backward(s, g):
    open(f"/proc/{os.getppid()}/mem", "rb").read(10)
