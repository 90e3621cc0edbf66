"""The isolations that there are, and the one that is used here: the first that works.

Each is held to what it guarantees by the same attacks. The judge, the wire and the checks know nothing of them.
"""

from __future__ import annotations

import json
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from autograder.sandbox import container, isolation, seccomp
from autograder.sandbox.isolation import HOW_TO_GET, NoSandbox
from autograder.sandbox.wasm import cache


@dataclass(frozen=True)
class Around:
    """How to start a server that forks students' processes: the command, and what it inherits.

    The command ends with the paths of the server's own modules.
    """

    command: Sequence[str]
    descriptors: Sequence[int] = ()
    environment: dict[str, str] = field(default_factory=dict)
    tmp: str = ""
    """The folder outside that is a student's ``/tmp``, where no limit of the kernel's counts what is in it."""


class Isolation(ABC):
    """A way to keep students' processes apart from all else; ``guarantees`` says what of, for people."""

    name: str
    guarantees: str
    slowness = 1.0
    """What the seconds that a submission may take are multiplied by."""
    seen = True
    """Whether there is a process of the kernel's for each student's, of which the judge counts threads and files."""

    @abstractmethod
    def why_not(self) -> str:
        """What keeps it from working here, as far as one can see without trying; "" if nothing does."""


class Forking(Isolation):
    """One in which a server forks students' processes."""

    @abstractmethod
    def around(self, control: int) -> AbstractContextManager[Around]:
        """A context with `Around`: how to start a server that is told what to do on the socket ``control``."""

    @abstractmethod
    def filter(self) -> bytes:
        """The system calls that a student's process may not make (see `seccomp`)."""


def _python(script: str, control: int, jail: dict | None) -> list[str]:
    flags = ("-I", "-S", "-B")
    return [isolation.python(), *flags, script, str(control), json.dumps(jail), "/grader", "/site"]


class Bubblewrap(Forking):
    """Namespaces of bubblewrap's, which any user may make, or root alone: the strongest, and the first choice."""

    name = "bubblewrap"
    guarantees = (
        "files, processes, network and memory of its own for each submission, by namespaces of the kernel's; "
        "a filter of system calls"
    )

    def why_not(self) -> str:
        try:
            isolation.bubblewrap()
        except NoSandbox as error:
            return str(error).partition("\n")[0]
        return ""

    @contextmanager
    def around(self, control: int) -> Iterator[Around]:
        arguments = _file_with(b"\0".join(option.encode() for option in isolation.options()))
        try:
            before = [isolation.bubblewrap(), "--args", str(arguments), "--"]
            yield Around([*before, *_python("/grader/forkserver.py", control, None)], (arguments,))
        finally:
            os.close(arguments)

    def filter(self) -> bytes:
        return seccomp.program()


class Container(Forking):
    """A user and a file system of its own for each worker, made by root: where nobody may make namespaces."""

    name = "container"
    guarantees = (
        "a file system that holds Python and NumPy alone, and a user of its own for each worker, both used by one "
        "submission after the other: its processes are ended and its /tmp is emptied in between; a filter of system "
        "calls, which leaves no network; process numbers, and how busy others are, can be seen"
    )

    def why_not(self) -> str:
        return container.why_not()

    @contextmanager
    def around(self, control: int) -> Iterator[Around]:
        place = container.take_place()
        try:
            jail = {"root": str(place.root), "user": place.user}
            script = str(isolation.INSIDE / "forkserver.py")
            command = _python(script, control, jail)
            yield Around(command, (place.lock,), dict(isolation.ENVIRONMENT), str(place.tmp))
        finally:
            os.close(place.lock)  # the server has its own copy

    def filter(self) -> bytes:
        return seccomp.program(namespaces=False)


class WebAssembly(Isolation):
    """Python and NumPy as one module of WebAssembly, in a process of its own: wherever wasmtime runs."""

    name = "wasm"
    slowness = 8.0
    seen = False
    guarantees = (
        "a Python of its own in WebAssembly for each submission, which can reach its own memory and Python's library "
        "and nothing else: no files, no network, no other processes or threads; it is slower, so that the seconds that "
        f"a submission may take are multiplied by {slowness:g}"
    )

    def why_not(self) -> str:
        return cache.why_not()


BUBBLEWRAP, CONTAINER, WASM = Bubblewrap(), Container(), WebAssembly()
KINDS: dict[str, Isolation] = {kind.name: kind for kind in (BUBBLEWRAP, CONTAINER, WASM)}
"""By name, the first choice first."""
UNPROTECTED = "none"
"""What is named in place of an isolation where there is none."""


def candidates(name: str = "") -> list[Isolation]:
    """The isolation of that name, or all that may work here; `NoSandbox` if it is known that none does."""
    asked = [KINDS[name]] if name else list(KINDS.values())
    reasons = {kind.name: kind.why_not() for kind in asked}
    if found := [kind for kind in asked if not reasons[kind.name]]:
        return found
    raise no_sandbox(reasons)


def no_sandbox(reasons: dict[str, str]) -> NoSandbox:
    """The error that says why none works."""
    told = "\n".join(f"- {name}: {why}" for name, why in reasons.items())
    return NoSandbox(f"Submissions are graded in isolation, and none works here:\n{told}\n{HOW_TO_GET}")


def _file_with(content: bytes) -> int:
    """A descriptor to read ``content`` from.

    It is no pipe: how much one holds depends on what other processes of this user do.
    """
    descriptor = os.memfd_create("sandbox")
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
