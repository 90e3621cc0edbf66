"""What a student's process finds around it.

The options of bubblewrap start a Python with NumPy that sees nothing else of this machine.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import sys
import sysconfig
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from autograder import CannotProceed

INSIDE = Path(__file__).parent / "inside"
importable = ["numpy", "matplotlib"]
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

CAPABILITIES = ("CAP_SYS_ADMIN",)
"""What `forkserver` needs to make namespaces, all of it inside bubblewrap's. No student's process has it."""

HOW_TO_GET = """\
Install bubblewrap (Debian, Ubuntu: sudo apt-get install bubblewrap) and try again. If it is installed and the message
above speaks of permissions or namespaces, the system forbids unprivileged user namespaces; on Ubuntu 24.04 and
later allow them for bubblewrap with an AppArmor profile (see the package apparmor-profiles, profile
bwrap-userns-restrict), or grade as root.
In a container in which nobody may make namespaces, grade as root: the isolation for containers needs none.
On macOS, on Windows and wherever neither works, pip install 'missingsum-instructor[portable]': submissions then run
in WebAssembly.
--unsafe-no-sandbox grades without any protection: only for submissions that you wrote yourself."""


class NoSandbox(CannotProceed):
    """Bubblewrap is missing or does not work here; the message says why and what to do."""


def allow(libraries: Sequence[str]) -> bool:
    """Let submissions import these packages; whether that is a change. ValueError if one is not installed here."""
    if list(libraries) == importable:
        return False
    for name in libraries:
        try:
            importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            raise ValueError(f"the course allows {name}, which is not installed here: pip install {name}") from None
    importable[:] = libraries
    mounts.cache_clear()
    python_mounts.cache_clear()
    _library_paths.cache_clear()
    return True


def options() -> list[str]:
    """Bubblewrap's options: an empty root with read-only libraries, no network, no other process."""
    chosen = [
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        "--cap-drop",
        "ALL",
        "--uid",
        "65534",
        "--gid",
        "65534",
        "--hostname",
        "sandbox",
        "--clearenv",
    ]
    for capability in CAPABILITIES:
        chosen += ["--cap-add", capability]
    for name, value in ENVIRONMENT.items():
        chosen += ["--setenv", name, value]
    for source, target in mounts():
        chosen += ["--ro-bind", source, target]
    for hidden in _hidden():
        chosen += ["--tmpfs", hidden, "--remount-ro", hidden]
    chosen += ["--dev", "/dev", "--tmpfs", "/dev/pts", "--remount-ro", "/dev/pts", "--remount-ro", "/dev"]
    chosen += ["--perms", "1777", "--size", "16000000", "--tmpfs", "/tmp"]
    for link in ("/lib", "/lib64"):
        if os.path.islink(link):
            chosen += ["--symlink", os.readlink(link), link]
        elif os.path.isdir(link):
            chosen += ["--ro-bind", link, link]
    return [*chosen, "--remount-ro", "/", "--chdir", "/tmp"]


@cache
def mounts() -> tuple[tuple[str, str], ...]:
    """(host path, path inside) of what is seen.

    That is the system's libraries, Python with its standard library, the allowed packages, our own part.
    """
    found = [(path, path) for path in ("/usr/lib", "/usr/lib64") if os.path.isdir(path) and not os.path.islink(path)]
    prefix = Path(sys.base_prefix)
    binaries = [python(), *(str(path) for path in prefix.glob("lib/libpython*.so*"))]
    needed = [*((path, path) for path in binaries), *python_mounts()]
    found += [(path, target) for path, target in needed if not path.startswith("/usr/lib/") or path != target]
    return tuple(found)


@cache
def python_mounts() -> tuple[tuple[str, str], ...]:
    """Those of them that are no system's libraries: the standard library, our own part, the allowed packages."""
    stdlib = sysconfig.get_path("stdlib")
    ours = [
        (str(INSIDE / name), f"/grader/{name}") for name in ("forkserver.py", "runner.py", "stand_in.py", "wire.py")
    ]
    return ((stdlib, stdlib), *ours, *((path, f"/site/{os.path.basename(path)}") for path in _library_paths()))


def _hidden() -> list[str]:
    """Folders among the mounts that hold packages nobody allowed."""
    stdlib = sysconfig.get_path("stdlib")
    folders = (f"{stdlib}/site-packages", f"{stdlib}/dist-packages", "/usr/lib/python3/dist-packages")
    return [folder for folder in folders if os.path.isdir(folder)]


@cache
def _library_paths() -> tuple[str, ...]:
    """The top-level files and folders of `importable` and of all that they require."""
    names, waiting = set(), list(importable)
    paths: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in names:
            continue
        names.add(name)
        distribution = importlib.metadata.distribution(name)
        for top in {file.parts[0] for file in distribution.files or ()}:
            if top not in ("..", "__pycache__", "bin") and not top.endswith(".dist-info"):
                paths.add(str(distribution.locate_file(top)))
        for requirement in distribution.requires or ():
            if "extra ==" not in requirement and (match := re.match(r"[\w.-]+", requirement)):
                waiting.append(match[0])
    return tuple(sorted(path for path in paths if os.path.exists(path)))


def python() -> str:
    return os.path.realpath(sys._base_executable)  # type: ignore[attr-defined]


def bubblewrap() -> str:
    path = shutil.which("bwrap")
    if path is None:
        raise NoSandbox(f"Submissions are graded inside bubblewrap, and it is not installed.\n{HOW_TO_GET}")
    return path
