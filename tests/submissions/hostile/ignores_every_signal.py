"""Loops for ever with all signals ignored.

Told: it did not end within 5 s
Unprotected: hangs
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import signal


def softmax_backward(s, g):
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        pass
