"""Start the student's process: a Python with NumPy that sees nothing else of this machine."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder import CannotProceed, seccomp

LIBRARIES = ("numpy", "matplotlib")
"""What a submission may import besides the standard library; what these need comes with them."""

ENVIRONMENT = {
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "Agg",
    "MPLCONFIGDIR": "/tmp",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONUNBUFFERED": "",
}

HOW_TO_GET = """\
Install bubblewrap (Debian, Ubuntu: sudo apt-get install bubblewrap) and try again. If it is installed and the message above speaks of
permissions or namespaces, the system forbids unprivileged user namespaces; on Ubuntu 24.04 and later allow them for
bubblewrap with an AppArmor profile (see the package apparmor-profiles, profile bwrap-userns-restrict), or grade as root.
--unsafe-no-sandbox grades without any protection: only for submissions that you wrote yourself."""


class NoSandbox(CannotProceed):
    """Bubblewrap is missing or does not work here; the message says why and what to do."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use; the times are wall-clock seconds, the sizes bytes.

    ``callbacks`` counts how often one call may call the functions that it was given, and ``arguments`` is what it may pass each time;
    ``threads`` and ``files`` (in its ``/tmp``) are how many there may be at a time.
    """

    total: float = 60.0
    call: float = 5.0
    cell: float = 10.0
    memory: int = 2 * 1024**3
    output: int = 1_000_000
    reply: int = 64_000_000
    callbacks: int = 10_000
    arguments: int = 100_000
    threads: int = 50
    files: int = 2_000


def start(limits: Limits, *, unsafe: bool = False) -> tuple[subprocess.Popen, int, int, int]:
    """A fresh process that runs `runner`: the process, and the pipes to write requests to, read replies from and read output from."""
    request_end, requests = os.pipe()
    replies, reply_end = os.pipe()
    output, output_end = os.pipe()
    inner = [request_end, reply_end]
    try:
        here = os.path.dirname(os.path.abspath(__file__))
        paths = (here, *sys.path[1:]) if unsafe else ("/grader", "/site")
        runner = os.path.join(paths[0], "runner.py")
        arguments = [str(v) for v in (request_end, reply_end, limits.memory, int(limits.total) + 10)]
        python = [_python(), "-I", "-S", "-B", runner, *arguments, *paths]
        if unsafe:
            command, fds = python, inner
            environment = {**ENVIRONMENT, "PATH": os.defpath}
        else:
            setup, filter_ = _file_with(b"\0".join(a.encode() for a in _isolation())), _file_with(seccomp.program())
            fds = [*inner, setup, filter_]
            command = [_bubblewrap(), "--args", str(setup), "--seccomp", str(filter_), "--", *python]
            environment = {}
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output_end, stderr=output_end, pass_fds=fds, env=environment,
            cwd="/", start_new_session=True,
        )
    except BaseException:
        for descriptor in (requests, replies, output):
            os.close(descriptor)
        raise
    finally:
        for descriptor in (request_end, reply_end, output_end):
            os.close(descriptor)
    if not unsafe:
        os.close(setup)
        os.close(filter_)
    return process, requests, replies, output


def _isolation() -> list[str]:
    """Bubblewrap's options: an empty root with read-only libraries, no network, no other process, no privilege."""
    options = [
        "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--uid", "65534", "--gid", "65534",
        "--hostname", "sandbox", "--clearenv",
    ]
    for name, value in ENVIRONMENT.items():
        options += ["--setenv", name, value]
    for source, target in _mounts():
        options += ["--ro-bind", source, target]
    for hidden in _hidden():
        options += ["--tmpfs", hidden, "--remount-ro", hidden]
    options += ["--dev", "/dev", "--remount-ro", "/dev", "--perms", "1777", "--size", "16000000", "--tmpfs", "/tmp"]
    for link in ("/lib", "/lib64"):
        if os.path.islink(link):
            options += ["--symlink", os.readlink(link), link]
        elif os.path.isdir(link):
            options += ["--ro-bind", link, link]
    return [*options, "--remount-ro", "/", "--chdir", "/tmp"]


@cache
def _mounts() -> tuple[tuple[str, str], ...]:
    """(host path, path inside): the system's libraries, Python with its standard library, the allowed packages, the runner."""
    here = Path(__file__).parent
    mounts = [(path, path) for path in ("/usr/lib", "/usr/lib64") if os.path.isdir(path) and not os.path.islink(path)]
    stdlib = sysconfig.get_path("stdlib")
    prefix = Path(sys.base_prefix)
    needed = [stdlib, _python(), *(str(path) for path in prefix.glob("lib/libpython*.so*"))]
    mounts += [(path, path) for path in needed if not path.startswith("/usr/lib/")]
    mounts += [(str(here / name), f"/grader/{name}") for name in ("runner.py", "wire.py")]
    mounts += [(path, f"/site/{os.path.basename(path)}") for path in _library_paths()]
    return tuple(mounts)


def _hidden() -> list[str]:
    """Folders among the mounts that hold packages nobody allowed."""
    stdlib = sysconfig.get_path("stdlib")
    folders = (f"{stdlib}/site-packages", f"{stdlib}/dist-packages", "/usr/lib/python3/dist-packages")
    return [folder for folder in folders if os.path.isdir(folder)]


@cache
def _library_paths() -> tuple[str, ...]:
    """The top-level files and folders of `LIBRARIES` and of all that they require."""
    names, waiting = set(), list(LIBRARIES)
    paths: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in names:
            continue
        names.add(name)
        distribution = importlib.metadata.distribution(name)
        for file in distribution.files or ():
            top = file.parts[0]
            if top not in ("..", "__pycache__", "bin") and not top.endswith(".dist-info"):
                paths.add(str(distribution.locate_file(top)))
        for requirement in distribution.requires or ():
            if "extra ==" not in requirement and (match := re.match(r"[\w.-]+", requirement)):
                waiting.append(match[0])
    return tuple(sorted(path for path in paths if os.path.exists(path)))


def _python() -> str:
    return os.path.realpath(sys._base_executable)


def _bubblewrap() -> str:
    path = shutil.which("bwrap")
    if path is None:
        raise NoSandbox(f"Submissions are graded inside bubblewrap, and it is not installed.\n{HOW_TO_GET}")
    return path


def _file_with(content: bytes) -> int:
    """A descriptor to read ``content`` from. No pipe: how much one holds depends on what other processes of this user do."""
    descriptor = os.memfd_create("sandbox")
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def require_sandbox() -> None:
    """`NoSandbox` unless a sandboxed process really starts and answers here."""
    from autograder.process import NotStarted, Process

    try:
        with Process(Limits(total=20)):
            pass
    except (NotStarted, OSError, ValueError) as error:
        raise NoSandbox(f"Submissions are graded inside bubblewrap, and it does not work here: {error}\n{HOW_TO_GET}") from None
