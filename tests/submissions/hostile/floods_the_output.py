"""Prints without end.

Told: it printed more than 1 MB
Unprotected: floods
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
def softmax_backward(s, g):
    while True:
        print("x" * 10_000)
