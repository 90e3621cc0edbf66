"""A root as platforms give one: this machine's programs, a few folders of its own, no network, and no namespaces.

Root in it has what Docker leaves to root, and a filter refuses every call that makes or enters a namespace, so that
bubblewrap cannot work in it. The checkout is not in it, nor any other place of this machine.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from autograder.sandbox import container, seccomp

DOCKER = (
    "CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL "
    "AUDIT_WRITE"
).split()
"""The capabilities that Docker leaves to root (docs.docker.com, *Runtime privilege and Linux capabilities*)."""
PATH = f"{sys.base_prefix}/bin:/usr/sbin:/usr/bin:/sbin:/bin"
works = pytest.mark.skipif(
    os.geteuid() != 0 or subprocess.run(["bwrap", "--ro-bind", "/", "/", "true"], capture_output=True).returncode != 0,
    reason="a root of one's own can be made by root alone",
)


def run(
    command: Sequence[str | Path],
    folders: Mapping[str, Path],
    *,
    without: Sequence[str] = (),
    path: str = "",
    cwd: str = "/",
) -> subprocess.CompletedProcess[str]:
    """Run a command in such a root, with these folders by their path in it.

    The Python of the tests is in it too, for who has no network to install one. ``without`` are capabilities that root
    has not, and ``path`` is where programs are looked for first.
    """
    options = ["--unshare-pid", "--unshare-ipc", "--unshare-net", "--unshare-uts", "--die-with-parent", "--new-session"]
    options += ["--cap-drop", "ALL", "--clearenv", "--setenv", "PATH", f"{path}:{PATH}", "--ro-bind", "/usr", "/usr"]
    for capability in DOCKER:
        options += [] if capability in without else ["--cap-add", f"CAP_{capability}"]
    for link in ("/bin", "/sbin", "/lib", "/lib64"):
        options += ["--symlink", os.readlink(link), link] if os.path.islink(link) else ["--ro-bind-try", link, link]
    for python in {sys.base_prefix, sys.prefix} - {"/usr"}:
        options += ["--ro-bind", python, python]
    options += ["--ro-bind", "/etc/ld.so.cache", "/etc/ld.so.cache", "--ro-bind", "/etc/passwd", "/etc/passwd"]
    options += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--dir", "/var/cache"]
    for place, folder in folders.items():
        options += ["--dev-bind", str(folder), place]
    with open(os.memfd_create("filter"), "wb", buffering=0) as filter_:
        filter_.write(no_namespaces())
        filter_.seek(0)
        return subprocess.run(
            ["bwrap", *options, "--chdir", cwd, "--seccomp", str(filter_.fileno()), "--", *map(str, command)],
            pass_fds=[filter_.fileno()],
            capture_output=True,
            text=True,
            timeout=300,
        )


def shared_copies() -> dict[str, Path]:
    """The copies of Python and NumPy that this machine's own grading in containers uses, so that none is made."""
    container.FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
    return {str(container.FOLDER): container.FOLDER}


def no_namespaces() -> bytes:
    """A filter of system calls that refuses what makes or enters a namespace, and what mounts (EPERM, ENOSYS)."""
    denied, clone = seccomp.DENIED[os.uname().machine], seccomp.CLONE[os.uname().machine]
    code = [(0x20, 0, 0, 0)]
    for name in ("unshare", "setns", "mount", "umount2", "pivot_root"):
        code += [(0x15, 0, 1, denied[name]), (0x06, 0, 0, 0x00050001)]
    code += [(0x15, 0, 1, 435), (0x06, 0, 0, 0x00050026)]
    code += [(0x15, 0, 3, clone), (0x20, 0, 0, 16), (0x45, 0, 1, 0x7E020000), (0x06, 0, 0, 0x00050001)]
    code += [(0x06, 0, 0, 0x7FFF0000)]
    return b"".join(struct.pack("<HBBI", *line) for line in code)
