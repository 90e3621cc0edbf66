"""Runs with NumPy imported and before any student's code: forks a process for each student.

It runs inside bubblewrap, or as root in a *jail*: the file system of a container's place (see `container`).

Nothing of one student reaches the next. Each gets new namespaces of processes, mounts and System V memory, an empty
``/tmp``, no privilege and the filter of system calls. The server itself is in none of these namespaces and shares no
descriptor with a student. Where the system does not let it make namespaces it says so, and serves one student, with
whom its bubblewrap ends. In a jail each student's process has a user that is nobody else's; when one ends, whatever
that user still runs is ended, and ``/tmp`` is emptied.

What the judge sends on the control socket, and what it gets:

    the filter, an array of ``struct sock_filter``               → {"isolates": bool}
    {"memory": …, "cpu_seconds": …, "ready": [module, …]} and    → nothing; the student's process starts
    three descriptors
    {"grace": seconds}: end it, unless it ends by itself in time → {"status": exit status as a shell counts, or null}

The status is null if the process had to be ended.
"""

import ctypes
import gc
import importlib
import itertools
import json
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from types import ModuleType
from typing import TypedDict

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWPID = 0x00020000, 0x08000000, 0x20000000
MS_NOSUID, MS_NODEV, MS_REC, MS_PRIVATE = 0x2, 0x4, 0x4000, 0x40000
PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 22, 36, 38
SECCOMP_MODE_FILTER = 2
CAPABILITY_VERSION_3 = 0x20080522
TMP = b"mode=1777,size=16000000,nr_inodes=4000"
"""As large as bubblewrap's. The judge stops who makes more files than ``Limits.files``; the kernel sees to what is made
between two of its looks."""
FAILED = 125
MOST_TASKS = 200
"""Threads of the user of a jail. The judge stops who has more than ``Limits.threads``."""

libc = ctypes.CDLL(None, use_errno=True)


class Jail(TypedDict):
    """The file system and the user of a container's place."""

    root: str
    user: int


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    jail: Jail | None = json.loads(sys.argv[2])
    sys.path[:0] = sys.argv[3:]
    if jail:
        os.umask(0o022)
        os.chroot(jail["root"])
        os.chdir("/tmp")
    import runner
    import stand_in  # noqa: F401
    import wire  # noqa: F401 - and with it NumPy

    check(libc.prctl(PR_SET_CHILD_SUBREAPER, 1))
    filter_ = control.recv(1 << 16)
    if jail:
        clear(jail["user"])  # of what a server that was killed has left
    isolates = jail is not None or can_isolate()
    control.send(json.dumps({"isolates": isolates}).encode())
    gc.freeze()  # no collection in a student's process touches, and so copies, what is here already
    while True:
        message, pipes, _, _ = socket.recv_fds(control, 1 << 12, 3)
        if not message:
            return
        requests, replies, output = pipes
        limits = json.loads(message)
        import_once(limits.pop("ready"))
        student = partial(become_student, runner, filter_, jail, requests, replies, **limits)
        first = fork(partial(stand_before, student, isolates and not jail, output, stays_root=jail is not None))
        for descriptor in pipes:
            os.close(descriptor)
        message = control.recv(1 << 12)
        status = end(first, jail, **json.loads(message or b'{"grace": 0}'))
        if not message:
            return
        control.send(json.dumps({"status": status}).encode())


def import_once(modules: Sequence[str]) -> None:
    """Have modules of an allowed library ready for this student and those that come next, if there are such."""
    for name in modules:
        if name not in sys.modules:
            try:
                importlib.import_module(name)
            except Exception:  # which the student then meets
                continue
            gc.freeze()


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


def stand_before(student: Callable[[], int], isolates: bool, output: int = 2, stays_root: bool = False) -> int:
    """Wait for ``student``, who runs without privilege, and if ``isolates`` in new namespaces.

    In a jail, where the student becomes another user, who waits ``stays_root``.

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
    if not stays_root:
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
    runner: ModuleType, filter_: bytes, jail: Jail | None, requests: int, replies: int, memory: int, cpu_seconds: int
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
    if jail:
        become_user(jail["user"])
    code = ctypes.create_string_buffer(filter_, len(filter_))
    check(
        libc.prctl(
            PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(FilterProgram(len(filter_) // 8, ctypes.addressof(code)))
        )
    )
    sys.argv[:] = [str(runner.__file__), str(requests), str(replies), str(memory), str(cpu_seconds)]
    runner.main()
    return 0


def become_user(user: int) -> None:
    """Be this user alone, with no way back, and end with the process that waits, which is still root's."""
    resource.setrlimit(resource.RLIMIT_NPROC, (MOST_TASKS, MOST_TASKS))
    waits = os.getppid()
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    check(libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL))  # which a change of user takes back
    if os.getppid() != waits:
        os._exit(FAILED)
    check(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    give_up_capabilities()


class FilterProgram(ctypes.Structure):
    """``struct sock_fprog``: the number of instructions, each of 8 bytes, and where they are."""

    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def end(first: int, jail: Jail | None, grace: float) -> int | None:
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
    if jail:
        clear(jail["user"])
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return status


def clear(user: int) -> None:
    """Let nothing remain of what this user runs and of what it wrote.

    It waits a second at the most for those that it killed: what is left then has ended, and is some other's child, who
    does not ask how.
    """
    deadline = time.monotonic() + 1
    while runs_anything(user) and time.monotonic() < deadline:
        check(status_of(fork(partial(kill_all_of, user))))
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass
        time.sleep(0.001)
    empty("/tmp")


def runs_anything(user: int) -> bool:
    try:
        os.getpriority(os.PRIO_USER, user)
    except ProcessLookupError:
        return False
    return True


def kill_all_of(user: int) -> int:
    """Kill every process of the user. This one is half another, ``user`` + 1, whom the user can send no signal."""
    os.setgroups([])
    os.setresgid(user + 1, user + 1, user + 1)
    os.setresuid(user + 1, user, user + 1)
    os.kill(-1, signal.SIGKILL)
    return 0


def empty(path: str) -> None:
    """Remove all that is in a folder. What lies in a folder in it is moved up first, so that none is too deep."""
    top = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    moved = itertools.count()
    try:
        while names := os.listdir(top):
            for name in names:
                try:
                    os.unlink(name, dir_fd=top)
                except IsADirectoryError:
                    empty_into(top, name, moved)
                    os.rmdir(name, dir_fd=top)
    finally:
        os.close(top)


def empty_into(top: int, name: str, moved: Iterator[int]) -> None:
    """Remove the files in one of the folder's folders, and move up its folders."""
    folder = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=top)
    try:
        for inner in os.listdir(folder):
            try:
                os.unlink(inner, dir_fd=folder)
            except IsADirectoryError:
                os.rename(
                    inner, f"{os.getpid()}-{next(moved)}-{os.urandom(8).hex()}", src_dir_fd=folder, dst_dir_fd=top
                )
    finally:
        os.close(folder)


def check(result: int) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    main()
