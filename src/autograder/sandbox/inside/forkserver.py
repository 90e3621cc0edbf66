"""Runs inside bubblewrap, with NumPy imported and before any student's code: forks a process for each student.

Nothing of one student reaches the next. Each gets new namespaces of processes, mounts and System V memory, an empty
``/tmp``, no privilege and the filter of system calls. The server itself is in none of these namespaces and shares no
descriptor with a student. Where the system does not let it make namespaces it says so, and serves one student, with
whom its bubblewrap ends.

What the judge sends on the control socket, and what it gets:

    the filter, an array of ``struct sock_filter``               → {"isolates": bool}
    {"memory": …, "cpu_seconds": …} and three descriptors        → nothing; the student's process starts
    {"grace": seconds}: end it, unless it ends by itself in time → {"status": exit status as a shell counts, or null}

The status is null if the process had to be ended.
"""

import ctypes
import gc
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from functools import partial
from types import ModuleType

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWPID = 0x00020000, 0x08000000, 0x20000000
MS_NOSUID, MS_NODEV, MS_REC, MS_PRIVATE = 0x2, 0x4, 0x4000, 0x40000
PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_CHILD_SUBREAPER = 1, 22, 36
SECCOMP_MODE_FILTER = 2
CAPABILITY_VERSION_3 = 0x20080522
TMP = b"mode=1777,size=16000000,nr_inodes=4000"
"""As large as bubblewrap's. The judge stops who makes more files than ``Limits.files``; the kernel sees to what is made
between two of its looks."""
FAILED = 125

libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    sys.path[:0] = sys.argv[2:]
    import runner
    import stand_in  # noqa: F401
    import wire  # noqa: F401 - and with it NumPy

    check(libc.prctl(PR_SET_CHILD_SUBREAPER, 1))
    filter_ = control.recv(1 << 16)
    isolates = can_isolate()
    control.send(json.dumps({"isolates": isolates}).encode())
    gc.freeze()  # no collection in a student's process touches, and so copies, what is here already
    while True:
        message, pipes, _, _ = socket.recv_fds(control, 1 << 12, 3)
        if not message:
            return
        requests, replies, output = pipes
        student = partial(become_student, runner, filter_, requests, replies, **json.loads(message))
        first = fork(partial(stand_before, student, isolates, output))
        for descriptor in pipes:
            os.close(descriptor)
        if not (message := control.recv(1 << 12)):
            return
        control.send(json.dumps({"status": end(first, **json.loads(message))}).encode())


def can_isolate() -> bool:
    """Whether this system allows it, found out by doing it.

    In the new namespaces it must be impossible to make more of them.
    """
    return status_of(fork(partial(stand_before, lambda: FAILED * (libc.unshare(CLONE_NEWNS) == 0), True))) == 0


def fork(function: Callable[[], int]) -> int:
    """The number of a new process, which ends with the status that ``function`` returns, or with this one."""
    if child := os.fork():
        return child
    status = FAILED
    try:
        check(libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL))
        status = function()
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(status)


def status_of(child: int) -> int:
    """The status with which it ends, as a shell counts."""
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code if code >= 0 else 128 - code


def stand_before(student: Callable[[], int], isolates: bool, output: int = 2) -> int:
    """Wait for ``student``, who runs without privilege, and if ``isolates`` in new namespaces.

    ``output`` takes what they print, and what fails here.

    A third process is between the two, the first one of the namespaces: no signal that is sent inside can end that one,
    and when it has ended, all have.
    """
    os.dup2(output, 1)
    os.dup2(output, 2)
    if isolates:
        check(libc.unshare(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC))
        check(libc.mount(None, b"/", None, MS_PRIVATE | MS_REC, None))
        check(libc.mount(b"tmpfs", b"/tmp", b"tmpfs", MS_NOSUID | MS_NODEV, TMP))
        os.chdir("/tmp")  # which until now is the one below
    give_up_capabilities()
    return only_wait(lambda: only_wait(student))


def only_wait(function: Callable[[], int]) -> int:
    child = fork(function)
    os.closerange(3, 1 << 20)  # the judge sees when the student closes a pipe, because nobody else holds it
    return status_of(child)


def give_up_capabilities() -> None:
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    check(libc.capset(header, (ctypes.c_uint32 * 6)()))


def become_student(
    runner: ModuleType, filter_: bytes, requests: int, replies: int, memory: int, cpu_seconds: int
) -> int:
    """Run `runner` behind the filter, with these pipes and the standard ones as its only descriptors."""
    os.setsid()  # signals to its process group go to no other process
    os.dup2(
        os.open(os.devnull, os.O_RDONLY), 0
    )  # the server's own is the same, flags and all, for those that come next
    below = 2
    for kept in sorted((requests, replies)):
        os.closerange(below + 1, kept)
        below = kept
    os.closerange(below + 1, 1 << 20)
    code = ctypes.create_string_buffer(filter_, len(filter_))
    check(
        libc.prctl(
            PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(FilterProgram(len(filter_) // 8, ctypes.addressof(code)))
        )
    )
    sys.argv[:] = [str(runner.__file__), str(requests), str(replies), str(memory), str(cpu_seconds)]
    runner.main()
    return 0


class FilterProgram(ctypes.Structure):
    """``struct sock_fprog``: the number of instructions, each of 8 bytes, and where they are."""

    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def end(first: int, grace: float) -> int | None:
    """Let no process remain of the student whose ``first`` process this is."""
    status, deadline = None, time.monotonic() + grace
    while status is None:
        ended, result = os.waitpid(first, os.WNOHANG)
        if ended:
            status = os.waitstatus_to_exitcode(result)
        elif time.monotonic() < deadline:
            time.sleep(0.01)
        else:
            os.kill(first, signal.SIGKILL)
            break
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return status


def check(result: int) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    main()
