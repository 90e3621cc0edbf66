"""Pipes, sockets, watches and timers, whose memory the kernel counts for the user who grades and not for the sandbox.

Told: ValueError: 0 objects
Unprotected: counts 48 objects
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import ctypes
import fcntl
import os
import socket


def pipe():
    for end in os.pipe():
        fcntl.fcntl(end, 1031, 2**20)  # F_SETPIPE_SZ


def inotify():
    if ctypes.CDLL(None).inotify_init() < 0:
        raise OSError


def softmax_backward(s, g):
    count, kept = 0, []
    for make in (pipe, socket.socketpair, inotify):
        for _ in range(16):
            try:
                kept.append(make())
                count += 1
            except OSError:
                pass
    raise ValueError(f"{count} objects")
