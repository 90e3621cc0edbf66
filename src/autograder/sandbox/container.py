"""What a student's process finds around it in a container, where nobody may make namespaces.

Root makes a folder that holds Python, NumPy and nothing else, and gives it as the whole file system, with a user that
nobody else is. There is one such *place* for each worker. It is kept for the next run, and its ``/tmp`` is emptied
after each submission. A place that nobody uses for `KEPT_DAYS` is removed when another is taken, and `remove_free`
removes all that are free.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder import CannotProceed
from autograder.sandbox import isolation

FOLDER = Path("/var/cache/autograder")
PLACES = 64
FIRST_USER = 61_000
"""Of each place two users: the student's process is one, and who ends it is the other. Systems leave these numbers to
nobody: accounts of people end below 60,000, those of services begin at 61,184 (see Debian's and systemd's tables)."""
DEVICES = {"null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9)}
LEFT_OUT = shutil.ignore_patterns("site-packages", "dist-packages", "test")
KEPT_DAYS = 30
MOST_DEEP = 50
"""Folders in folders in ``/tmp``."""
TMP_BYTES = 16_000_000


class NoPlace(CannotProceed):
    """There is no place for a student's process; the message says why."""


@dataclass(frozen=True)
class Place:
    """A file system and a user for the processes of students, one after the other."""

    root: Path
    user: int
    lock: int

    @property
    def tmp(self) -> Path:
        return self.root / "tmp"


def why_not() -> str:
    """What keeps this process from making a place for a student; "" if nothing does, as far as one can see."""
    if not sys.platform.startswith("linux"):
        return "a container's isolation needs Linux"
    if os.geteuid() != 0:
        return "a container's isolation needs root, to give each submission a user of its own"
    if shutil.which("ldd") is None:
        return "ldd, which tells what libraries Python needs, is not installed (Debian, Ubuntu: package libc-bin)"
    return ""


def take_place() -> Place:
    """A place that no other process on this machine has; it is free again when all copies of ``lock`` are closed."""
    FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
    _require_roots_own()
    remove_free(unused_days=KEPT_DAYS)
    for number in range(PLACES):
        user = FIRST_USER + 2 * number
        if _is_taken(user) or _is_taken(user + 1) or (lock := _locked(number)) is None:
            continue
        try:
            os.utime(lock)
            return Place(_tree(number), user, lock)
        except BaseException:
            os.close(lock)
            raise
    raise NoPlace(f"all {PLACES} places for submissions in {FOLDER} are in use: grade with fewer --workers")


def remove_free(unused_days: float = 0) -> int:
    """Remove the places that no process has, if nobody used them for so many days: how many there were."""
    if not FOLDER.exists():
        return 0
    _require_roots_own()
    removed, before = 0, time.time() - 86_400 * unused_days
    for used in FOLDER.glob("*.lock"):
        if used.lstat().st_mtime > before or (lock := _locked(int(used.stem))) is None:
            continue
        try:
            for tree in FOLDER.glob(f"{used.stem}-*"):
                shutil.rmtree(tree)
                removed += 1
        finally:
            os.close(lock)
    return removed


def _require_roots_own() -> None:
    status = FOLDER.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != 0 or status.st_mode & 0o022:
        raise NoPlace(f"{FOLDER} can be changed by others than root: remove it, and it is made again")


def _locked(number: int) -> int | None:
    """The lock of the place with this number, held; None if another process has it."""
    import fcntl

    lock = os.open(FOLDER / f"{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _is_taken(user: int) -> bool:
    import pwd

    try:
        return bool(pwd.getpwuid(user))
    except KeyError:
        return False


def _tree(number: int) -> Path:
    """The place's file system. It is made where there is none of what is installed now."""
    name = _digest(isolation.python_mounts())
    root = FOLDER / f"{number}-{name}"
    if not root.exists():
        for older in FOLDER.glob(f"{number}-*"):
            shutil.rmtree(older)
        unfinished = FOLDER / f"{number}-unfinished"
        _fill(unfinished, next((other for other in FOLDER.glob(f"*-{name}") if other.is_dir()), None))
        unfinished.rename(root)
    for source, target in isolation.python_mounts():
        if target.startswith("/grader/"):
            inside = root / target.lstrip("/")
            inside.unlink(missing_ok=True)  # which other places may share
            _copy(Path(source), inside)
    return root


def _fill(root: Path, other: Path | None) -> None:
    """Make the file system, out of links into ``other`` one if there is one: its files are nobody's to change."""
    root.mkdir(mode=0o755)
    if other is None or not _linked(other, root):
        for source, target in _sources(isolation.python_mounts()):
            _copy(Path(source), root / target.lstrip("/"))
    for folder, mode in (("tmp", 0o1777), ("dev", 0o755)):
        (root / folder).mkdir()
        (root / folder).chmod(mode)
    _make_devices(root / "dev")


def _make_devices(folder: Path) -> None:
    """The devices; where root may make none, or none can be opened, an empty file in place of the one that is read."""
    try:
        for name, (major, minor) in DEVICES.items():
            os.mknod(folder / name, stat.S_IFCHR | 0o666, os.makedev(major, minor))
            (folder / name).chmod(0o666)
        os.close(os.open(folder / "null", os.O_RDONLY))
    except PermissionError:
        for name in DEVICES:
            (folder / name).unlink(missing_ok=True)
        (folder / "null").touch(mode=0o444)


def _linked(other: Path, root: Path) -> bool:
    try:
        for part in other.iterdir():
            if part.name not in ("tmp", "dev"):
                shutil.copytree(part, root / part.name, symlinks=True, copy_function=os.link)
    except (OSError, shutil.Error):  # that one was replaced meanwhile, or this file system has no links
        shutil.rmtree(root)
        root.mkdir(mode=0o755)
        return False
    return True


def _copy(source: Path, target: Path) -> None:
    """Copy a file or folder with its times, readable by all and changed by nobody but root."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=LEFT_OUT, dirs_exist_ok=True, copy_function=_copy_file)
    else:
        _copy_file(source, target)
    for folder in (target, *target.parents):
        if folder.is_relative_to(FOLDER) and folder.is_dir():
            folder.chmod(0o755)
    for path in target.rglob("*") if target.is_dir() else ():
        if path.is_dir():
            path.chmod(0o755)


def _copy_file(source: str | Path, target: str | Path) -> str:
    shutil.copy2(source, target)
    os.chown(target, 0, 0)
    os.chmod(target, 0o644)
    return str(target)


@cache
def _sources(mounts: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """(path, path inside) of all that a student's process sees; libraries lie inside where they lie outside."""
    return (*mounts, *((library, library) for library in _libraries(mounts)))


def _libraries(mounts: tuple[tuple[str, str], ...]) -> list[str]:
    """The system's libraries that Python and the packages among these mounts need."""
    binaries = [isolation.python(), *(str(path) for path in _files(path for path, _ in mounts) if ".so" in path.name)]
    said = subprocess.run(["ldd", *binaries], capture_output=True, text=True, errors="replace").stdout
    needed = set(re.findall(r"=> (/\S+) \(", said)) | set(re.findall(r"^\s+(/\S+) \(", said, flags=re.MULTILINE))
    packages = {Path(path).parent for path, target in mounts if target.startswith("/site/")}
    return sorted(path for path in needed if os.path.isfile(path) and packages.isdisjoint(Path(path).parents))


def _files(paths: Iterable[str]) -> Iterator[Path]:
    for start in map(Path, paths):
        if not start.is_dir():
            yield start
        for folder, folders, names in os.walk(start, followlinks=True):
            folders[:] = sorted(set(folders) - LEFT_OUT(folder, folders))
            yield from (Path(folder, name) for name in sorted(names))


@cache
def _digest(mounts: tuple[tuple[str, str], ...]) -> str:
    """A digest of what the file system is made of: names, sizes and times."""
    known = hashlib.sha256()
    for path in _files(source for source, target in mounts if not target.startswith("/grader/")):
        if path.exists():
            status = path.stat()
            changed = int(status.st_mtime)  # layers of an image keep whole seconds
            known.update(f"{path}\0{status.st_size}\0{changed}\n".encode("utf-8", "surrogateescape"))
    known.update(Path(__file__).read_bytes())
    return known.hexdigest()[:16]


def usage(tmp: str) -> tuple[int, int, int]:
    """(files, bytes, depth) of what is in a ``/tmp``; no more is counted than is needed to see that it is too much."""
    files = size = 0
    deepest = 1
    try:
        for folder, folders, names, descriptor in os.fwalk(tmp, follow_symlinks=False):
            deepest = max(deepest, folder.count("/") - tmp.count("/") + 1)
            files += len(folders) + len(names)
            for name in names:
                size += _size(name, descriptor)
            if deepest > MOST_DEEP:
                break
    except RecursionError:
        deepest = MOST_DEEP + 1
    return files, size, deepest


def _size(name: str, folder: int) -> int:
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except OSError:  # it is gone
        return 0
    return status.st_blocks * 512 if status.st_nlink == 1 else 0
