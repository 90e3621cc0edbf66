"""Start a student's process.

That is in an isolation (see `kinds`), forked by a server that has NumPy ready (see `inside.forkserver`), or without any
protection.
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
from pathlib import Path
from typing import cast

from autograder.sandbox import isolation as environment
from autograder.sandbox.kinds import BUBBLEWRAP, WASM, Forking, Isolation
from autograder.sandbox.limits import Limits
from autograder.sandbox.student import START_SECONDS, NotStarted, Pipes, StudentProcess
from autograder.sandbox.wasm.instance import Host, Instance

END_SECONDS = 5.0


def allow(libraries: Sequence[str]) -> None:
    """From here on students' processes may import these packages, with what they need, and no others."""
    if environment.allow(libraries):
        while idle:
            idle.pop().close()


def start(limits: Limits, isolation: Isolation | None) -> StudentProcess:
    """A fresh process, unprotected without an isolation; `NotStarted`, or OSError, if there is none to be had."""
    if isolation is WASM:
        return _in_wasm(limits)
    request_end, requests = os.pipe()
    replies, reply_end = os.pipe()
    output, output_end = os.pipe()
    theirs = request_end, reply_end, output_end
    try:
        process = Forked(cast(Forking, isolation), limits, *theirs) if isolation else Unprotected(limits, *theirs)
        return StudentProcess(Pipes(requests, replies, output), process)
    except BaseException:
        for descriptor in (requests, replies, output):
            os.close(descriptor)
        raise
    finally:
        for descriptor in theirs:
            os.close(descriptor)


def _in_wasm(limits: Limits) -> StudentProcess:
    while host := _take_idle(WASM):
        assert isinstance(host, Host)
        try:
            instance = Instance(host, limits, idle.append)
            return StudentProcess(instance, instance)
        except OSError:  # it has ended
            host.close()
    instance = Instance(Host(WASM), limits, idle.append)
    return StudentProcess(instance, instance)


class Unprotected:
    """`Running`: a new Python that may do whatever this one may."""

    tmp = ""

    def __init__(self, limits: Limits, requests: int, replies: int, output: int):
        here = str(Path(__file__).resolve().parent / "inside")
        arguments = [str(value) for value in (requests, replies, limits.memory, limits.cpu_seconds)]
        self._process = subprocess.Popen(
            [environment.python(), "-I", "-S", "-B", os.path.join(here, "runner.py"), *arguments, here, *sys.path[1:]],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=[requests, replies],
            cwd="/",
            start_new_session=True,
            env={**environment.ENVIRONMENT, "PATH": os.defpath},
        )

    def number(self) -> int:
        return self._process.pid

    def cpu_seconds(self) -> None:
        return None

    def end(self, grace: float = 0) -> int | None:
        try:
            status = self._process.wait(grace)
        except subprocess.TimeoutExpired:
            status = None
        _kill(self._process)
        return status


class Forked:
    """`Running`: forked by a server that no other student uses at the same time."""

    def __init__(self, isolation: Forking, limits: Limits, *pipes: int):
        while server := _take_idle(isolation):
            assert isinstance(server, ForkServer)
            self._server = server
            try:
                if self._server.process.poll() is None:
                    return self._server.fork(limits, pipes)
            except OSError:  # it is about to end
                pass
            self._server.close()
        self._server = ForkServer(isolation)
        self._server.fork(limits, pipes)

    def number(self) -> int | None:
        return _last_descendant(self._server.process.pid)

    def cpu_seconds(self) -> None:
        return None

    @property
    def tmp(self) -> str:
        return self._server.tmp

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
    """`forkserver`, running in an isolation. It serves one student at a time, and if ``isolates`` is false only one.

    ``tmp`` is where its students' ``/tmp`` is seen from here, if nothing but the judge counts what is in it, else "".
    """

    def __init__(self, isolation: Forking = BUBBLEWRAP) -> None:
        self.isolation = isolation
        filter_ = isolation.filter()
        self._control, control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        said = os.memfd_create("said")
        try:
            with isolation.around(control.fileno()) as around:
                self.tmp = around.tmp
                self.process = subprocess.Popen(
                    around.command,
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=said,
                    pass_fds=[control.fileno(), *around.descriptors],
                    env=around.environment,
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


idle: deque[ForkServer | Host] = deque()
"""Servers that are ready for a student."""
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=idle.clear)


def prepare(isolation: Isolation = BUBBLEWRAP) -> None:
    """Start a server, so that the first student need not wait for it."""
    idle.append(Host(WASM) if isolation is WASM else ForkServer(cast(Forking, isolation)))


def forget(isolation: Isolation) -> None:
    """Let go of the servers of this isolation that are ready for a student."""
    while _take_idle(isolation):
        pass


def _take_idle(isolation: Isolation) -> ForkServer | Host | None:
    """The server of this isolation that was used last."""
    found = next((server for server in reversed(idle) if server.isolation is isolation), None)
    if found:
        idle.remove(found)
    return found


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
