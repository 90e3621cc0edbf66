"""The system calls that a student's process may not make, as a filter program for the kernel.

Namespaces already hide files, network and processes. The filter closes what they leave open: new processes (a limit on their number does not bind
root), memory outside the process's own address space (shared memory, anonymous files), sockets (a network namespace does not hold back those
to the machine's host, AF_VSOCK), what the kernel counts for a user or for the machine and not for a namespace (buffers of pipes, watches, timers), and interfaces that no
NumPy exercise needs. Threads stay possible.
"""

from __future__ import annotations

import errno
import platform
import struct

CLONE_THREAD = 0x00010000

# Linux system call numbers: include/uapi/asm-generic/unistd.h (aarch64), arch/x86/entry/syscalls/syscall_64.tbl (x86_64)
DENIED = {
    "x86_64": {
        "fork": 57, "vfork": 58, "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "memfd_create": 319,
        "memfd_secret": 447, "shmget": 29, "msgget": 68, "semget": 64, "mq_open": 240, "unshare": 272, "setns": 308,
        "mount": 165, "umount2": 166, "pivot_root": 155, "keyctl": 250, "add_key": 248, "request_key": 249, "bpf": 321,
        "perf_event_open": 298, "userfaultfd": 323, "io_uring_setup": 425, "socket": 41, "socketpair": 53, "pipe": 22, "pipe2": 293,
        "inotify_init": 253, "inotify_init1": 294, "fanotify_init": 300, "timer_create": 222, "io_setup": 206,
    },
    "aarch64": {
        "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "memfd_create": 279, "memfd_secret": 447,
        "shmget": 194, "msgget": 186, "semget": 190, "mq_open": 180, "unshare": 97, "setns": 268, "mount": 40, "umount2": 39,
        "pivot_root": 41, "keyctl": 219, "add_key": 217, "request_key": 218, "bpf": 280, "perf_event_open": 241,
        "userfaultfd": 282, "io_uring_setup": 425, "socket": 198, "socketpair": 199, "pipe2": 59, "inotify_init1": 26,
        "fanotify_init": 262, "timer_create": 107, "io_setup": 0,
    },
}
CLONE = {"x86_64": 56, "aarch64": 220}
CLONE3 = 435
FCNTL = {"x86_64": 72, "aarch64": 25}
F_SETPIPE_SZ = 1031
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32_BIT = 0x40000000

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCH, _FIRST_ARGUMENT, _SECOND_ARGUMENT = 0, 4, 16, 24


def program(machine: str = platform.machine()) -> bytes:
    """The filter as an array of ``struct sock_filter``; ValueError on a machine whose numbers are not known here."""
    if machine not in DENIED:
        raise ValueError(f"no system call filter for {machine}; there are: {', '.join(DENIED)}")
    refuse, no_such_call = _ERRNO | errno.EPERM, _ERRNO | errno.ENOSYS
    code = [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, AUDIT_ARCH[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, X32_BIT),
        (_RETURN, 0, 0, refuse),
        (_EQUAL, 0, 1, CLONE3),  # glibc then falls back to clone, whose flags can be read
        (_RETURN, 0, 0, no_such_call),
    ]
    for number in DENIED[machine].values():
        code += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, refuse)]
    code += [
        (_EQUAL, 0, 4, FCNTL[machine]),
        (_LOAD, 0, 0, _SECOND_ARGUMENT),
        (_EQUAL, 0, 1, F_SETPIPE_SZ),
        (_RETURN, 0, 0, refuse),
        (_RETURN, 0, 0, _ALLOW),
        (_EQUAL, 0, 3, CLONE[machine]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_ANY_BIT, 1, 0, CLONE_THREAD),
        (_RETURN, 0, 0, refuse),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in code)
