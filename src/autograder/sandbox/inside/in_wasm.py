"""Runs inside WebAssembly in place of `runner`'s own `main`: there are no pipes, but one call to the host.

A call is one letter, and with `SEND` a message; what `RECEIVE` gets is the next one, whole.
"""

import io
import os
import sys

SEND, RECEIVE = b"s", b"r"
BESIDE = "/usr/local/lib/beside"
"""Where packages lie that open files of their own."""


class Incoming(io.RawIOBase):
    """The messages of the judge, one after the other."""

    def __init__(self) -> None:
        self.rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        import _host

        if not self.rest:
            self.rest = memoryview(_host.call(RECEIVE))
        part = self.rest[: len(buffer)]
        self.rest = self.rest[len(part) :]
        buffer[: len(part)] = part
        return len(part)


class Outgoing(io.RawIOBase):
    """The messages to the judge, each written at once."""

    def writable(self) -> bool:
        return True

    def write(self, message: bytes) -> int:  # type: ignore[override]
        import _host

        _host.call(SEND + message)
        return len(message)


def main() -> None:
    import runner

    sys.path.append(BESIDE)
    os.environ["MPLCONFIGDIR"] = BESIDE  # matplotlib wants a folder, and nothing here can be written
    runner.serve_all(runner.Connection(io.BufferedReader(Incoming()), Outgoing()))
