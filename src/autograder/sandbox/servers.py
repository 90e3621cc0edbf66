"""Start a student's process.

That is inside bubblewrap, forked by a server that has NumPy ready (see `inside.forkserver`), or without any protection.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import weakref
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from autograder.sandbox import isolation, seccomp
from autograder.sandbox.limits import Limits

START_SECONDS = 30.0
END_SECONDS = 5.0


class NotStarted(Exception):
    """There is no process to ask, through no fault of the student's; the message says why."""


class Running(Protocol):
    """A process that runs `runner`, or soon will."""

    def number(self) -> int | None:
        """Its number on this machine; None if it cannot be seen."""

    def end(self, grace: float = 0) -> int | None:
        """End it and all that it started, if it does not end by itself within ``grace`` seconds.

        Returns its status, as a shell counts, or None if it did not end by itself.
        """


@dataclass(frozen=True)
class StudentProcess:
    """A student's process, and the judge's ends of its pipes.

    The judge writes to ``requests``, and reads from ``replies`` and ``output``.
    """

    requests: int
    replies: int
    output: int
    process: Running


def allow(libraries: Sequence[str]) -> None:
    """From here on students' processes may import these packages, with what they need, and no others."""
    if isolation.allow(libraries):
        while idle:
            idle.pop().close()


def start(limits: Limits, *, unsafe: bool = False) -> StudentProcess:
    """A fresh process; `NotStarted`, or OSError, if there is none to be had."""
    request_end, requests = os.pipe()
    replies, reply_end = os.pipe()
    output, output_end = os.pipe()
    theirs = request_end, reply_end, output_end
    try:
        return StudentProcess(requests, replies, output, (Unprotected if unsafe else Forked)(limits, *theirs))
    except BaseException:
        for descriptor in (requests, replies, output):
            os.close(descriptor)
        raise
    finally:
        for descriptor in theirs:
            os.close(descriptor)


class Unprotected:
    """`Running`: a new Python that may do whatever this one may."""

    def __init__(self, limits: Limits, requests: int, replies: int, output: int):
        here = str(Path(__file__).resolve().parent / "inside")
        arguments = [str(value) for value in (requests, replies, limits.memory, limits.cpu_seconds)]
        self._process = subprocess.Popen(
            [isolation.python(), "-I", "-S", "-B", os.path.join(here, "runner.py"), *arguments, here, *sys.path[1:]],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=[requests, replies],
            cwd="/",
            start_new_session=True,
            env={**isolation.ENVIRONMENT, "PATH": os.defpath},
        )

    def number(self) -> int:
        return self._process.pid

    def end(self, grace: float = 0) -> int | None:
        try:
            status = self._process.wait(grace)
        except subprocess.TimeoutExpired:
            status = None
        _kill(self._process)
        return status


class Forked:
    """`Running`: forked by a server that no other student uses at the same time."""

    def __init__(self, limits: Limits, *pipes: int):
        while idle:
            self._server = idle.pop()
            try:
                if self._server.process.poll() is None:
                    return self._server.fork(limits, pipes)
            except OSError:  # it is about to end
                pass
            self._server.close()
        self._server = ForkServer()
        self._server.fork(limits, pipes)

    def number(self) -> int | None:
        return _last_descendant(self._server.process.pid)

    def end(self, grace: float = 0) -> int | None:
        try:
            status = self._server.end(grace)
        except OSError:
            self._server.close()
            return 128 + signal.SIGKILL  # whatever ended the server ended the student's process with it
        if self._server.isolates:
            idle.append(self._server)
        else:
            self._server.close()
        return status


class ForkServer:
    """`forkserver`, running in bubblewrap. It serves one student at a time, and if ``isolates`` is false only one."""

    def __init__(self) -> None:
        filter_ = seccomp.program()
        self._control, control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        said, arguments = (
            os.memfd_create("said"),
            _file_with(b"\0".join(option.encode() for option in isolation.options())),
        )
        try:
            self.process = subprocess.Popen(
                [
                    isolation.bubblewrap(),
                    "--args",
                    str(arguments),
                    "--",
                    isolation.python(),
                    "-I",
                    "-S",
                    "-B",
                    "/grader/forkserver.py",
                    str(control.fileno()),
                    "/grader",
                    "/site",
                ],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                pass_fds=[control.fileno(), arguments],
                env={},
                cwd="/",
                start_new_session=True,
            )
            self.close = weakref.finalize(self, _close, os.getpid(), self.process, self._control)
            control.close()
            try:
                self.isolates = self._ask(filter_, START_SECONDS)["isolates"]
            except OSError:
                self.close()
                words = os.pread(said, 2000, max(0, os.fstat(said).st_size - 2000)).decode("utf-8", "replace").strip()
                raise NotStarted(words or "the sandbox did not start in time") from None
        except BaseException:
            self._control.close()
            raise
        finally:
            control.close()
            os.close(arguments)
            os.close(said)

    def fork(self, limits: Limits, pipes: Sequence[int]) -> None:
        """Start a student's process, with its ends of the pipes for requests, replies and output.

        OSError if this server has ended.
        """
        message = json.dumps({"memory": limits.memory, "cpu_seconds": limits.cpu_seconds})
        socket.send_fds(self._control, [message.encode()], pipes)

    def end(self, grace: float) -> int | None:
        """End it, as `Running.end`; OSError if this server has ended."""
        return self._ask(json.dumps({"grace": grace}).encode(), grace + END_SECONDS)["status"]

    def _ask(self, message: bytes, seconds: float) -> dict:
        self._control.settimeout(seconds)
        self._control.send(message)
        if not (reply := self._control.recv(1 << 12)):
            raise ConnectionResetError("the fork server has ended")
        return json.loads(reply)


idle: deque[ForkServer] = deque()
"""Servers that are ready for a student."""
os.register_at_fork(after_in_child=idle.clear)


def prepare() -> None:
    """Start a server, so that the first student need not wait for it."""
    idle.append(ForkServer())


def _close(owner: int, process: subprocess.Popen, control: socket.socket) -> None:
    control.close()
    if os.getpid() == owner:  # and not what was forked from it, which must leave alone what is not its own
        _kill(process)


def _kill(process: subprocess.Popen) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.kill()
    process.wait()


def _last_descendant(pid: int) -> int | None:
    """The student's process; None if it cannot be seen.

    Each of the processes between it and ``pid`` has one child, and it has none.
    """
    last = None
    while children := _children(last or pid):
        last = children[0]
    return last


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _file_with(content: bytes) -> int:
    """A descriptor to read ``content`` from.

    It is no pipe: how much one holds depends on what other processes of this user do.
    """
    descriptor = os.memfd_create("sandbox")
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
