"""One student process and the talk with it: requests, replies, deadlines, and an end to whatever does not keep them."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Sequence

import numpy as np

from autograder import CannotProceed
from autograder.sandbox import container, kinds, servers
from autograder.sandbox.inside import wire
from autograder.sandbox.kinds import Isolation
from autograder.sandbox.limits import Limits
from autograder.sandbox.student import START_SECONDS, NotStarted

LOOK_SECONDS = 0.1
WAIT_SECONDS = 0.005
PROCESS_CLOCK = 2
"""What the kernel calls the clock of a process by its number (CPUCLOCK_SCHED in linux/posix-timers.h)."""
SIGKILL = 9
KILLED = (-SIGKILL, 128 + SIGKILL)


class Stopped(Exception):
    """The process was ended, or ended itself, before it replied; the message says why, for the student."""


class Killed(Stopped):
    """The process was ended by SIGKILL, which neither it nor the grader need have sent."""


class Process:
    """A sandboxed process that has started and waits for requests.

    Leaving the context kills it and all that it started.
    """

    def __init__(
        self, limits: Limits, *, unsafe: bool = False, isolation: Isolation | None = None, ready: Sequence[str] = ()
    ):
        """``isolation`` is `chosen` where none is given; there is none if ``unsafe``.

        The modules that are to be ``ready`` may be imported before it starts.
        """
        self.limits = limits
        isolation = None if unsafe else isolation or chosen()
        self.isolation = isolation.name if isolation else kinds.UNPROTECTED
        self._student = servers.start(limits, isolation, ready)
        self._running = True
        self._number: int | None = None
        self._next_look = 0.0
        self._printed = b""
        self._printed_now = 0
        try:
            self._receive(time.monotonic() + START_SECONDS, b"", "the process did not start in time")
        except Stopped as stopped:
            said = self._printed.decode("utf-8", "replace").strip()
            self.close()
            raise NotStarted(said or str(stopped)) from None
        if isolation and isolation.seen:
            self._number = self._student.process.number()
            if self._number is None:
                self.close()
                raise NotStarted(
                    "its threads and files cannot be counted: this system has no /proc/<pid>/task/<pid>/children"
                )

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(
        self, message: dict, buffers: bytes, seconds: float, late: str, functions: Sequence[Callable] = ()
    ) -> tuple[dict, memoryview]:
        """Send a request and wait for its reply.

        It waits ``seconds`` at the most; `Stopped`, with the text ``late``, after that.

        Until it replies, the process may call ``functions`` by number, ``limits.callbacks`` times and with
        ``limits.arguments`` bytes each time. They run here, within the same seconds, and see nothing but what they are
        called with.
        """
        deadline = time.monotonic() + seconds
        self._printed_now = 0
        reply, body = self._receive(deadline, wire.pack(message, buffers), late)
        calls = 0
        while "callback" in reply:
            calls += 1
            if calls > self.limits.callbacks:
                raise Stopped(
                    f"it called the functions that it was given more than {self.limits.callbacks} times and was stopped"
                )
            if len(body) > self.limits.arguments:
                raise Stopped(f"it passed more than {self.limits.arguments / 1e6:g} MB to a function that it was given")
            reply, body = self._receive(deadline, _call_back(functions, reply, body), late)
        return reply, body

    def cpu_seconds(self) -> float:
        """The processor time of all its threads since it started; infinite if it has ended.

        The kernel has counted all of it when the process waits, as it does soon after its reply.
        """
        if (counted := self._student.process.cpu_seconds()) is not None:
            return counted
        number = self._number or self._student.process.number()
        if number is None:
            return math.inf
        try:
            waited = time.monotonic() + WAIT_SECONDS
            while _runs(number) and time.monotonic() < waited:
                pass
            return time.clock_gettime((~number << 3) | PROCESS_CLOCK)
        except OSError:
            return math.inf

    def close(self) -> None:
        """End the process and all that it started."""
        self._end()
        self._student.talk.close()

    def _end(self, grace: float = 0) -> int | None:
        """End it, if it does not end by itself within ``grace`` seconds: the status that it then had, else None."""
        if self._running:
            self._running = False
            return self._student.process.end(grace)
        return None

    def _receive(self, deadline: float, outgoing: bytes, late: str) -> tuple[dict, memoryview]:
        incoming = bytearray()
        self._student.talk.send(outgoing)
        while True:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise Stopped(late)
            self._look()
            for stream, chunk in self._student.talk.wait(min(remaining, LOOK_SECONDS)):
                if stream == "output":
                    self._printed_now += len(chunk)
                    self._printed = (self._printed + chunk)[-2000:]
                    if self._printed_now > self.limits.output:
                        raise Stopped(f"it printed more than {self.limits.output / 1e6:g} MB and was stopped")
                elif chunk:
                    incoming += chunk
                    if message := self._complete(incoming):
                        return message
                else:
                    self._printed = (self._printed + self._student.talk.last_words())[-2000:]
                    kind = Killed if self._was_killed() else Stopped
                    raise kind(
                        "its process ended in the middle: a crash, too much memory or time, or a call that ends Python"
                    )

    def _look(self) -> None:
        """`Stopped` if there are too many threads or files: no limit of the kernel's counts them for root."""
        now = time.monotonic()
        if self._number is None or now < self._next_look:
            return
        self._next_look = now + LOOK_SECONDS
        try:
            threads = os.stat(f"/proc/{self._number}/task").st_nlink - 2
            files = self._files()
        except PermissionError:
            raise Stopped("it made itself invisible to the grader and was stopped") from None
        except OSError:
            return  # it has ended, and the closed pipe tells
        if threads > self.limits.threads:
            raise Stopped(f"it started more than {self.limits.threads} threads and was stopped")
        if files > self.limits.files:
            raise Stopped(f"it made more than {self.limits.files} files and was stopped")

    def _files(self) -> int:
        """How many files it has; `Stopped` if they are too large, or lie too deep, where the kernel minds neither."""
        if not self._student.process.tmp:
            tmp = os.statvfs(f"/proc/{self._number}/root/tmp")
            return tmp.f_files - tmp.f_ffree
        files, size, depth = container.usage(self._student.process.tmp)
        if size > container.TMP_BYTES:
            raise Stopped(f"it wrote more than {container.TMP_BYTES / 1e6:g} MB into files and was stopped")
        if depth > container.MOST_DEEP:
            raise Stopped(f"it made more than {container.MOST_DEEP} folders one in the other and was stopped")
        return files

    def _was_killed(self) -> bool:
        """Whether SIGKILL ended it; one that only closed its pipe still lives."""
        return self._end(grace=1) in KILLED

    def _complete(self, incoming: bytearray) -> tuple[dict, memoryview] | None:
        """The message, once all of it is there; `Stopped` if it can be none."""
        if len(incoming) < wire.HEADER.size:
            return None
        structure, buffers = wire.HEADER.unpack_from(incoming)
        if structure > 1_000_000 or buffers > self.limits.reply:
            raise Stopped(f"what it returns is larger than {self.limits.reply / 1e6:g} MB")
        end = wire.HEADER.size + structure + buffers
        if len(incoming) < end:
            return None
        if len(incoming) > end:
            raise Stopped("it wrote into the grader's pipe")
        body = memoryview(bytes(incoming))[wire.HEADER.size :]
        try:
            message = json.loads(bytes(body[:structure]))
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            raise Stopped("its reply could not be read")
        return message, body[structure:]


def _runs(number: int) -> bool:
    with open(f"/proc/{number}/stat", "rb", buffering=0) as file:
        return file.read(1 << 10).rpartition(b")")[2].split()[0] == b"R"


def _call_back(functions: Sequence[Callable], message: dict, body: memoryview) -> bytes:
    """The reply to the process that calls one of ``functions``.

    `Stopped` if it names none of them or sends what cannot be read.
    """
    number = message["callback"]
    if type(number) is not int or not 0 <= number < len(functions):
        raise Stopped("it called a function that it was not given in this call")
    try:
        arguments = wire.decode(message.get("arguments"), body)
    except wire.Malformed as malformed:
        raise Stopped("what it passed to a function that it was given could not be read") from malformed
    by_name = message.get("named") is True
    if not isinstance(arguments, tuple) or (by_name and not (arguments and isinstance(arguments[-1], dict))):
        raise Stopped("what it passed to a function that it was given could not be read")
    in_order, named = (arguments[:-1], arguments[-1]) if by_name else (arguments, {})
    try:
        with np.errstate(all="ignore"):
            answer = functions[number](*in_order, **named)
    except Exception as error:  # whatever the arguments made of it is the caller's affair
        return wire.pack({"ok": False, "error": str(error)[:500]})
    parts: list[bytes] = []
    structure = wire.encode(answer, parts)
    return wire.pack({"ok": True, "answer": structure}, b"".join(parts))


_chosen: dict[str, Isolation] = {}
"""What was found to work, by what was asked for."""


def chosen(name: str = "") -> Isolation:
    """The isolation of that name, or the first that works here; `NoSandbox` if none does.

    Once found, it is the same for all that this process starts.
    """
    if name not in _chosen:
        _chosen[name] = require_sandbox(name)
    return _chosen[name]


def prepare_one(name: str = "") -> None:
    """Have a server of the isolation that is `chosen` ready for the first student; `NoSandbox` if none works."""
    for isolation in kinds.candidates(name):
        try:
            if not any(server.isolation is isolation for server in servers.idle):
                servers.prepare(isolation)
            break
        except (NotStarted, CannotProceed, OSError, ValueError):
            continue  # `chosen` finds the reason
    chosen(name)


def require_sandbox(name: str = "") -> Isolation:
    """The isolation of that name, or the first in which a process really starts and answers here; `NoSandbox` if none.

    A server that is ready for a student has done all of it before; it answers once more, and stays ready.
    """
    reasons = {}
    for isolation in kinds.candidates(name):
        ready = [server for server in servers.idle if server.isolation is isolation]
        try:
            with Process(Limits(total=20), isolation=isolation):
                return isolation
        except (NotStarted, CannotProceed, OSError, ValueError) as error:
            reasons[isolation.name] = f"it does not work: {error}"
        finally:
            if not ready:
                servers.forget(isolation)
    raise kinds.no_sandbox(reasons)
