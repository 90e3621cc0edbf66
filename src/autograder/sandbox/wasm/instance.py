"""A student's Python in WebAssembly, as the judge sees it: an instance, and the host that it runs in.

Nothing here is particular to one system: a process, its standard streams, a thread that reads.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
import time
import weakref
from collections.abc import Callable, Iterator

from autograder.sandbox.isolation import ENVIRONMENT
from autograder.sandbox.kinds import Isolation
from autograder.sandbox.limits import Limits
from autograder.sandbox.student import START_SECONDS, NotStarted, Stream
from autograder.sandbox.wasm import cache, frames

WAITING = 2
"""Frames that are read and not yet looked at; the host waits with more, of which each may be as large as a reply."""
END_SECONDS = 2.0
"""An instance that runs ends at once; one that sleeps in the host, never: then the host is ended."""
KILLED = 137


class Host:
    """`host`, running for this ``isolation``. It serves one student at a time."""

    def __init__(self, isolation: Isolation) -> None:
        self.isolation = isolation
        native, library = cache.prepared()
        self.process = subprocess.Popen(
            [*cache.command("serve"), str(native), str(library)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=cache.environment(),
        )
        self._frames: queue.Queue[tuple[bytes, bytes] | None] = queue.Queue(WAITING)
        reader = threading.Thread(target=_read, args=(self.process, self._frames), daemon=True)
        self.close = weakref.finalize(self, _close, os.getpid(), self.process, reader, self._frames)
        reader.start()
        frame = self.next(START_SECONDS)
        if frame is None or frame[0] != frames.READY:
            self.process.kill()
            said = self.process.stderr.read(2000) if self.process.stderr else b""
            self.close()
            raise NotStarted(said.decode("utf-8", "replace").strip()[-500:] or "WebAssembly did not start in time")

    def send(self, kind: bytes, content: bytes = b"") -> None:
        """OSError if the host has ended."""
        assert self.process.stdin
        frames.write(self.process.stdin, kind, content)

    def next(self, seconds: float) -> tuple[bytes, bytes] | None:
        """The next frame; None if there is none within ``seconds``, or the host has ended."""
        try:
            return self._frames.get(timeout=max(seconds, 0.0)) if seconds > 0 else self._frames.get_nowait()
        except queue.Empty:
            return None


def _read(process: subprocess.Popen, read: queue.Queue) -> None:
    assert process.stdout
    with process.stdout:
        while frame := frames.read(process.stdout):
            read.put(frame)
    read.put((frames.ENDED, b""))


def _close(owner: int, process: subprocess.Popen, reader: threading.Thread, read: queue.Queue) -> None:
    if os.getpid() != owner:  # it was forked from the process whose host this is
        return
    process.kill()
    process.wait()
    while reader.is_alive():  # it may wait for a place in the queue
        while not read.empty():
            read.get_nowait()
        reader.join(0.01)
    for stream in (process.stdin, process.stderr):
        if stream:
            try:
                stream.close()
            except OSError:  # what was not yet sent
                pass


class Instance:
    """`Running`, and the `Talk` with it: one instance, in a host that it has for itself."""

    tmp = ""

    def __init__(self, host: Host, limits: Limits, give_back: Callable[[Host], None]):
        self._host, self._give_back = host, give_back
        self._status: int | None = None
        self._over = False
        self._seconds = 0.0
        allowed = {"memory": limits.memory, "reply": limits.reply, "environment": ENVIRONMENT}
        host.send(frames.START, json.dumps(allowed).encode())

    def number(self) -> None:
        return None

    def cpu_seconds(self) -> float:
        return self._seconds

    def send(self, message: bytes) -> None:
        if message:
            try:
                self._host.send(frames.REQUEST, message)
            except OSError:
                pass  # the host has ended, and what it sent last tells

    def wait(self, seconds: float) -> Iterator[tuple[Stream, bytes]]:
        if self._over:
            yield "reply", b""
            return
        frame = self._host.next(seconds)
        if frame is not None:
            kind, content = frame
            if kind == frames.REPLY:
                (self._seconds,) = frames.SECONDS.unpack_from(content)
                yield "reply", content[frames.SECONDS.size :]
            elif kind == frames.OUTPUT:
                yield "output", content
            elif kind == frames.ENDED:
                self._ended(content)
                yield "reply", b""

    def last_words(self) -> bytes:
        return b""

    def close(self) -> None:
        pass

    def end(self, grace: float = 0) -> int | None:
        status = self._wait_for_end(grace)
        if status is None:
            try:
                self._host.send(frames.END)
                self._wait_for_end(END_SECONDS)
            except OSError:
                pass
        if self._over and self._status != KILLED:
            self._give_back(self._host)
        else:
            self._host.close()
        return status

    def _wait_for_end(self, seconds: float) -> int | None:
        deadline = time.monotonic() + seconds
        while not self._over and (remaining := deadline - time.monotonic()) > 0:
            frame = self._host.next(remaining)
            if frame is not None and frame[0] == frames.ENDED:
                self._ended(frame[1])
        return self._status

    def _ended(self, content: bytes) -> None:
        self._over = True
        self._status = json.loads(content)["status"] if content else KILLED
