"""An audit hook and a trace function that raise at everything.

Told: its process ended
Unprotected: dies
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import sys


def refuse(*arguments):
    raise SystemExit("no")


def softmax_backward(s, g):
    sys.addaudithook(refuse)
    sys.settrace(refuse)
    return open("/tmp/x", "w")
