"""What the tests of the sandbox run in a student's process, and servers that nobody else uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from autograder.sandbox import isolation, kinds, process, servers
from autograder.sandbox.kinds import Isolation

TOOLS = """
import ctypes, fcntl, os, socket, subprocess, sys, threading

def result(code):
    try:
        return repr(eval(code))[:2000]
    except BaseException as error:
        return "refused: " + repr(error)[:200]

def kept(call, size, most):
    got = []
    try:
        while len(got) < most:
            got.append(call(size))
    except MemoryError:
        pass
    return len(got)
"""


@contextmanager
def fresh_servers(
    capabilities: Sequence[str] = isolation.CAPABILITIES, kind: Isolation = kinds.BUBBLEWRAP
) -> Iterator[None]:
    """No fork server that was started before or in here serves both in and out of this.

    Within it ``kind`` is the only isolation that there is.
    """
    before, isolation.CAPABILITIES = isolation.CAPABILITIES, capabilities
    known, kinds.KINDS = kinds.KINDS, {kind.name: kind}
    servers.idle.clear()
    process._chosen.clear()
    try:
        yield
    finally:
        isolation.CAPABILITIES = before
        kinds.KINDS = known
        servers.idle.clear()
        process._chosen.clear()
