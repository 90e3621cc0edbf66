"""Allocates memory in C, where Python counts nothing, and touches a tenth: all would take a slow machine seconds.

Told: MemoryError
Unprotected: counts 2.1 gigabytes
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import ctypes


def softmax_backward(s, g):
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    libc.malloc.argtypes = [ctypes.c_size_t]
    gigabytes = 0.0
    while block := libc.malloc(100_000_000):
        ctypes.memset(block, 1, 10_000_000)
        gigabytes += 0.1
    raise MemoryError(f"{gigabytes:.1f} gigabytes")
