"""The system calls that a student's process may not make, as a filter program for the kernel.

Namespaces already hide files, network and processes. The filter closes what they leave open: new processes (a limit on
their number does not bind root), memory outside the process's own address space (shared memory, anonymous files),
sockets (a network namespace does not hold back those to the machine's host, AF_VSOCK), what the kernel counts for a
user or for the machine and not for a namespace (buffers of pipes, watches, timers), what the owner of a file may do to
it though it cannot write it (inside, the student is owner of all that belongs to who grades: mode and times of
``/dev/null``, leases on shared libraries that keep everybody from opening them), and interfaces that no NumPy exercise
needs. Threads stay possible.

Without namespaces (see `container`) it also closes what those would hide: other programs, shared memory, messages and
semaphores of others by their number, and the way to outlive who waits for it.
"""

from __future__ import annotations

import errno
import platform
import struct

CLONE_THREAD = 0x00010000

# Linux system call numbers: include/uapi/asm-generic/unistd.h (aarch64),
# arch/x86/entry/syscalls/syscall_64.tbl (x86_64)
# fmt: off
DENIED = {
    "x86_64": {
        "fork": 57, "vfork": 58, "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "memfd_create": 319,
        "shmget": 29, "msgget": 68, "semget": 64, "mq_open": 240, "unshare": 272, "setns": 308,
        "mount": 165, "umount2": 166, "pivot_root": 155, "keyctl": 250, "add_key": 248, "request_key": 249, "bpf": 321,
        "perf_event_open": 298, "userfaultfd": 323, "socket": 41, "socketpair": 53, "pipe": 22, "pipe2": 293,
        "mknod": 133, "mknodat": 259, "inotify_init": 253, "inotify_init1": 294, "fanotify_init": 300,
        "timer_create": 222, "io_setup": 206,
        "chmod": 90, "fchmod": 91, "fchmodat": 268, "chown": 92, "fchown": 93, "lchown": 94, "fchownat": 260,
        "utime": 132, "utimes": 235, "futimesat": 261, "utimensat": 280,
        "setxattr": 188, "lsetxattr": 189, "fsetxattr": 190, "removexattr": 197, "lremovexattr": 198,
        "fremovexattr": 199, "flock": 73, "sync": 162, "syncfs": 306, "syslog": 103,
    },
    "aarch64": {
        "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "memfd_create": 279,
        "shmget": 194, "msgget": 186, "semget": 190, "mq_open": 180, "unshare": 97, "setns": 268,
        "mount": 40, "umount2": 39, "pivot_root": 41, "keyctl": 219, "add_key": 217, "request_key": 218, "bpf": 280,
        "perf_event_open": 241, "userfaultfd": 282, "socket": 198, "socketpair": 199, "pipe2": 59, "mknodat": 33,
        "inotify_init1": 26, "fanotify_init": 262, "timer_create": 107, "io_setup": 0,
        "fchmod": 52, "fchmodat": 53, "fchown": 55, "fchownat": 54, "utimensat": 88,
        "setxattr": 5, "lsetxattr": 6, "fsetxattr": 7, "removexattr": 14, "lremovexattr": 15, "fremovexattr": 16,
        "flock": 32, "sync": 81, "syncfs": 267, "syslog": 116,
    },
}
UNHIDDEN = {
    "x86_64": {
        "shmat": 30, "shmctl": 31, "semop": 65, "semctl": 66, "semtimedop": 220, "msgsnd": 69, "msgrcv": 70,
        "msgctl": 71, "execve": 59, "execveat": 322, "chroot": 161,
    },
    "aarch64": {
        "shmat": 196, "shmctl": 195, "semop": 193, "semctl": 191, "semtimedop": 192, "msgsnd": 189, "msgrcv": 188,
        "msgctl": 187, "execve": 221, "execveat": 281, "chroot": 51,
    },
}
"""What is denied besides, where no namespace hides it."""
# fmt: on
LATER = 424
"""From this number on, the same on all machines, are the calls of Linux 5.1 and later: another way to most of the above
(io_uring, clone3, pidfd_getfd, fchmodat2), and more to come. They do not exist here, and libraries do without. The
other numbers of x86_64, of its 32-bit pointers, lie there as well."""
CLONE = {"x86_64": 56, "aarch64": 220}
FCNTL = {"x86_64": 72, "aarch64": 25}
F_DUPFD_CLOEXEC = 1030
F_AFTER_FLAGS = 5
"""Smaller ones copy a descriptor, or read and set its flags. Others are for locks, leases, signals, sizes of pipes."""
PRCTL = {"x86_64": 157, "aarch64": 167}
PR_SET_PDEATHSIG = 1
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCH, _FIRST_ARGUMENT, _SECOND_ARGUMENT = 0, 4, 16, 24


def program(machine: str = platform.machine(), *, namespaces: bool = True) -> bytes:
    """The filter as an array of ``struct sock_filter``; ValueError on a machine whose numbers are not known here."""
    if machine not in DENIED:
        raise ValueError(f"no system call filter for {machine}; there are: {', '.join(DENIED)}")
    refuse, no_such_call = _ERRNO | errno.EPERM, _ERRNO | errno.ENOSYS
    code = [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, AUDIT_ARCH[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, LATER),
        (_RETURN, 0, 0, no_such_call),
    ]
    for number in (*DENIED[machine].values(), *(() if namespaces else UNHIDDEN[machine].values())):
        code += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, refuse)]
    if not namespaces:
        code += [
            (_EQUAL, 0, 4, PRCTL[machine]),
            (_LOAD, 0, 0, _FIRST_ARGUMENT),
            (_EQUAL, 0, 1, PR_SET_PDEATHSIG),
            (_RETURN, 0, 0, refuse),
            (_RETURN, 0, 0, _ALLOW),
        ]
    code += [
        (_EQUAL, 0, 5, FCNTL[machine]),
        (_LOAD, 0, 0, _SECOND_ARGUMENT),
        (_EQUAL, 2, 0, F_DUPFD_CLOEXEC),
        (_AT_LEAST, 0, 1, F_AFTER_FLAGS),
        (_RETURN, 0, 0, refuse),
        (_RETURN, 0, 0, _ALLOW),
        (_EQUAL, 0, 3, CLONE[machine]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_ANY_BIT, 1, 0, CLONE_THREAD),
        (_RETURN, 0, 0, refuse),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in code)
