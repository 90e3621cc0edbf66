"""Writes until the disk is full.

Told: No space left
Unprotected: prints No space left
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
def softmax_backward(s, g):
    for number in range(1000):
        with open(f"/tmp/{number}", "wb") as file:
            file.write(bytes(4_000_000))
