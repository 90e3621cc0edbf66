"""Asks the kernel for the memory of process 1.

Told: PermissionError
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import ctypes


def softmax_backward(s, g):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(101, 16, 1, 0, 0) < 0:  # ptrace(PTRACE_ATTACH, 1) on x86_64
        raise PermissionError(ctypes.get_errno())
