"""One student process and the talk with it: requests, replies, deadlines, and an end to whatever does not keep them."""

from __future__ import annotations

import json
import os
import selectors
import signal
import time

from autograder import sandbox, wire
from autograder.sandbox import Limits

START_SECONDS = 30.0


class Stopped(Exception):
    """The process was ended, or ended itself, before it replied; the message says why, for the student."""


class Process:
    """A sandboxed process that has started and waits for requests; leaving the context kills it and all that it started."""

    def __init__(self, limits: Limits, *, unsafe: bool = False):
        self.limits = limits
        self._process, self._requests, self._replies, self._output = sandbox.start(limits, unsafe=unsafe)
        self._printed = b""
        for descriptor in (self._requests, self._replies, self._output):
            os.set_blocking(descriptor, False)
        try:
            self._receive(time.monotonic() + START_SECONDS, b"", "the process did not start in time")
        except Stopped as stopped:
            said = self._printed.decode("utf-8", "replace").strip()
            self.close()
            raise Stopped(said or str(stopped)) from None

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, message: dict, buffers: bytes, seconds: float, late: str) -> tuple[dict, memoryview]:
        """Send a request and wait for its reply, ``seconds`` at the most; `Stopped`, with the text ``late``, after that."""
        return self._receive(time.monotonic() + seconds, wire.pack(message, buffers), late)

    def close(self) -> None:
        """Kill the process. The kernel ends everything in its process namespace with it."""
        if self._process is None:
            return
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.kill()
        self._process.wait()
        for descriptor in (self._requests, self._replies, self._output):
            os.close(descriptor)
        self._process = None

    def _receive(self, deadline: float, outgoing: bytes, late: str) -> tuple[dict, memoryview]:
        incoming = bytearray()
        printed = 0
        with selectors.DefaultSelector() as selector:
            selector.register(self._replies, selectors.EVENT_READ)
            selector.register(self._output, selectors.EVENT_READ)
            if outgoing:
                selector.register(self._requests, selectors.EVENT_WRITE)
            while True:
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    raise Stopped(late)
                for key, _ in selector.select(remaining):
                    if key.fd == self._requests:
                        outgoing = self._write(outgoing)
                        if not outgoing:
                            selector.unregister(self._requests)
                        continue
                    chunk = os.read(key.fd, 1 << 16)
                    if key.fd == self._output:
                        printed += len(chunk)
                        self._printed = (self._printed + chunk)[-2000:]
                        if printed > self.limits.output:
                            raise Stopped(f"it printed more than {self.limits.output / 1e6:g} MB and was stopped")
                        if not chunk:
                            selector.unregister(self._output)
                        continue
                    if not chunk:
                        self._read_last_words()
                        raise Stopped("its process ended in the middle: a crash, too much memory or time, or a call that ends Python")
                    incoming += chunk
                    if message := self._complete(incoming):
                        return message

    def _read_last_words(self) -> None:
        try:
            self._printed = (self._printed + os.read(self._output, 1 << 16))[-2000:]
        except BlockingIOError:
            pass

    def _write(self, outgoing: bytes) -> bytes:
        try:
            return outgoing[os.write(self._requests, outgoing):]
        except BlockingIOError:
            return outgoing
        except BrokenPipeError:
            return b""  # the closed pipe of the replies tells the rest

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
        body = memoryview(bytes(incoming))[wire.HEADER.size:]
        try:
            message = json.loads(bytes(body[:structure]))
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            raise Stopped("its reply could not be read")
        return message, body[structure:]
