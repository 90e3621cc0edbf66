"""Asks the kernel for the memory of process 1.

Told: PermissionError
Unprotected: prints attached to process 1
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import ctypes


def softmax_backward(s, g):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(101, 0x4206, 1, 0, 0) < 0:  # ptrace(PTRACE_SEIZE, 1) on x86_64
        raise PermissionError(ctypes.get_errno())
    print("attached to process 1")
