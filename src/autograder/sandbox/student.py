"""What the judge knows of a student's process, in whatever isolation it runs."""

from __future__ import annotations

import os
import selectors
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

START_SECONDS = 30.0
Stream = Literal["reply", "output"]


class NotStarted(Exception):
    """There is no process to ask, through no fault of the student's; the message says why."""


class Running(Protocol):
    """A process that runs `runner`, or soon will.

    ``tmp`` is the folder of its files, where the judge alone counts them; "" where the kernel does.
    """

    @property
    def tmp(self) -> str: ...

    def number(self) -> int | None:
        """Its number on this machine; None if it cannot be seen."""

    def cpu_seconds(self) -> float | None:
        """The processor time that it has used, if it counts that itself; else None."""

    def end(self, grace: float = 0) -> int | None:
        """End it and all that it started, if it does not end by itself within ``grace`` seconds.

        Returns its status, as a shell counts, or None if it did not end by itself.
        """


class Talk(Protocol):
    """The way to a student's process and back."""

    def send(self, message: bytes) -> None:
        """Begin to send, which `wait` goes on with; what is left of an earlier message is never sent."""

    def wait(self, seconds: float) -> Iterator[tuple[Stream, bytes]]:
        """What has come from it, after ``seconds`` at the most; b"" where a stream has ended."""

    def last_words(self) -> bytes:
        """What it has printed and nobody has read yet, or a part of that."""

    def close(self) -> None: ...


@dataclass(frozen=True)
class StudentProcess:
    talk: Talk
    process: Running


class Pipes:
    """`Talk` by the judge's ends of three pipes: it writes ``requests``, and reads ``replies`` and ``output``."""

    def __init__(self, requests: int, replies: int, output: int):
        self._requests, self._output = requests, output
        self._descriptors = [requests, replies, output]
        self._unsent = b""
        self._selector = selectors.DefaultSelector()
        for descriptor in self._descriptors:
            os.set_blocking(descriptor, False)
        for descriptor in (replies, output):
            self._selector.register(descriptor, selectors.EVENT_READ)

    def send(self, message: bytes) -> None:
        waited = bool(self._unsent)
        self._unsent = self._write(message)
        if self._unsent and not waited:
            self._selector.register(self._requests, selectors.EVENT_WRITE)
        elif waited and not self._unsent:
            self._selector.unregister(self._requests)

    def wait(self, seconds: float) -> Iterator[tuple[Stream, bytes]]:
        for key, _ in self._selector.select(seconds):
            if key.fd == self._requests:
                self._unsent = self._write(self._unsent)
                if not self._unsent:
                    self._selector.unregister(self._requests)
                continue
            chunk = os.read(key.fd, 1 << 16)
            if key.fd == self._output:
                if not chunk:
                    self._selector.unregister(self._output)
                yield "output", chunk
            else:
                yield "reply", chunk

    def last_words(self) -> bytes:
        try:
            return os.read(self._output, 1 << 16)
        except BlockingIOError:
            return b""

    def close(self) -> None:
        self._selector.close()
        while self._descriptors:
            os.close(self._descriptors.pop())

    def _write(self, message: bytes) -> bytes:
        """What is left of it."""
        try:
            return message[os.write(self._requests, message) :] if message else b""
        except BlockingIOError:
            return message
        except BrokenPipeError:
            return b""  # the closed pipe of the replies tells the rest
