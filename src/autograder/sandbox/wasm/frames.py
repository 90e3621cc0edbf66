"""What the judge and the host of WebAssembly send each other: one letter, a length, the content.

The judge sends START (JSON: what the instance may use), REQUEST (a message of `wire`) and END. The host sends READY
once, then for each instance REPLY (the processor time so far, then a message of `wire`), OUTPUT (what is printed), and
in the end ENDED (JSON: the status, and why).
"""

from __future__ import annotations

import struct
from typing import IO

START, REQUEST, END = b"s", b"q", b"x"
READY, REPLY, OUTPUT, ENDED = b"l", b"r", b"o", b"e"
HEAD = struct.Struct("<cI")
SECONDS = struct.Struct("<d")


def write(stream: IO[bytes], kind: bytes, content: bytes = b"") -> None:
    stream.write(HEAD.pack(kind, len(content)) + content)
    stream.flush()


def read(stream: IO[bytes]) -> tuple[bytes, bytes] | None:
    """The next frame; None where there is none, nor will be."""
    head = stream.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    kind, length = HEAD.unpack(head)
    content = stream.read(length)
    return (kind, content) if len(content) == length else None
