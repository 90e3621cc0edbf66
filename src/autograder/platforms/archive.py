"""Read the files of a folder or a zip archive that others filled, without trusting a name, a size or a byte of it.

Nothing is unpacked onto the disk: the names stay words, and each file is read into memory within its limits.
"""

from __future__ import annotations

import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from autograder.judging.submission import MAX_BYTES, Unreadable, read_bytes
from autograder.text import printable
from missingsum.text import CONTROLS

MAX_MEMBERS = 200_000
MAX_TOTAL = 4_000_000_000
"""Bytes of all files of one source that are taken."""
MAX_RATIO = 200
"""How many times its packed size a file of more than a megabyte may have; text that people write has less than 30."""
MAX_NAME = 200
"""Bytes of one part of a name."""
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
UTF8_NAME, ENCRYPTED = 0x800, 0x1
NEWEST_ZIP = 63
"""Version 6.3 of the format is the newest there is."""
zipfile.MAX_EXTRACT_VERSION = 255  # type: ignore[misc]  # one entry of a false version must not stop the others
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    LookupError,
)
"""What comes of reading an archive that is damaged, by chance or on purpose."""
LITTER = ("__MACOSX", "Thumbs.db", "desktop.ini")


class Refused(Exception):
    """This file is not taken; the message says why."""


@dataclass(frozen=True)
class Member:
    """One file.

    It has its name with ``/`` between the parts, when it was last changed (UTC), how to read it (which may raise
    `Refused`), its name as it was spelled there, and its bytes, as such and ``packed``.
    """

    name: str
    changed: datetime
    read: Callable[[], bytes] = field(compare=False)
    spelled: str = ""
    size: int = 0
    packed: int = 0


@dataclass
class Contents:
    """The files that may be read, in order of their names, and those that may not: (name, reason).

    ``source`` is what the folder or archive is called, without its ending.
    """

    source: str = ""
    members: list[Member] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)

    def add(self, raw_name: str, make: Callable[[str], Member]) -> None:
        """Take the file of this name, or note why not; litter of operating systems is passed over."""
        try:
            name = clean_name(raw_name)
            if not any(part.startswith(".") or part in LITTER for part in name.split("/")):
                self.members.append(replace(make(name), spelled="/".join(_parts(raw_name))))
        except Refused as reason:
            self.refused.append((printable(raw_name), str(reason)))


@contextmanager
def opened(source: Path) -> Iterator[Contents]:
    """What lies in a folder, in a zip archive, or the one file that ``source`` is.

    ValueError if it is none of these or far too large.
    """
    if source.is_dir():
        yield _sorted(_folder(source), source)
    elif zipfile.is_zipfile(source):
        try:
            archive = zipfile.ZipFile(source)
        except DAMAGED as error:
            raise ValueError(f"{source} is a damaged zip archive ({error}): download it again") from None
        with archive:
            yield _sorted(_archive(archive, source), source)
    elif source.is_file():
        with source.open("rb") as file:
            if source.suffix.lower() == ".zip" or file.read(4) == b"PK\3\4":
                raise ValueError(f"{source} is a zip archive without its end: download it again")
        contents = Contents()
        contents.add(source.name, partial(_on_disk, source))
        yield contents
    else:
        raise FileNotFoundError(f"there is no folder, archive or notebook {source}")


def clean_name(name: str) -> str:
    """The relative name in one spelling; `Refused` if it leads elsewhere or cannot be shown on a line."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/")
    if re.search(r"[\t\n]", name) or CONTROLS.search(name):
        raise Refused("its name holds control characters, or is not valid UTF-8")
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        raise Refused("its name is absolute")
    parts = _parts(name)
    if ".." in parts:
        raise Refused("its name leads out of the archive")
    if not parts or any(len(part.encode()) > MAX_NAME for part in parts) or len(parts) > 20:
        raise Refused("its name is empty or too long")
    return "/".join(parts)


def _parts(name: str) -> list[str]:
    return [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]


def _sorted(contents: Contents, source: Path) -> Contents:
    contents.source = unicodedata.normalize("NFC", source.stem)
    contents.members.sort(key=lambda member: member.name)
    return contents


def _folder(root: Path) -> Contents:
    contents = Contents()

    def unread(error: OSError) -> None:
        contents.refused.append((printable(str(error.filename)), f"it cannot be read ({error.strerror})"))

    for folder, subfolders, files in os.walk(root, onerror=unread):
        for name in sorted((*files, *(name for name in subfolders if os.path.islink(os.path.join(folder, name))))):
            path = Path(folder, name)
            contents.add(str(path.relative_to(root)), partial(_on_disk, path))
            if len(contents.members) > MAX_MEMBERS:
                raise ValueError(f"{root} holds more than {MAX_MEMBERS} files; is it the right folder?")
    return contents


def _on_disk(path: Path, name: str) -> Member:
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise Refused("it is a link or no ordinary file")
    try:
        changed = datetime.fromtimestamp(status.st_mtime, UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):
        raise Refused("the time of its last change lies after the year 9999: 'touch' the file") from None
    return Member(name, changed, partial(_read_disk, path), size=status.st_size, packed=status.st_size)


def _read_disk(path: Path) -> bytes:
    try:
        return read_bytes(path)
    except Unreadable as reason:
        raise Refused(str(reason)) from None


def _archive(archive: zipfile.ZipFile, source: Path) -> Contents:
    entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
    if len(entries) > MAX_MEMBERS:
        raise ValueError(f"{source} holds more than {MAX_MEMBERS} files: nothing of it is collected")
    contents, seen = Contents(), dict[str, tuple[int, int]]()
    for entry in entries:
        contents.add(_name_of(entry), partial(_packed, archive, entry, seen))
    return contents


def _name_of(entry: zipfile.ZipInfo) -> str:
    """The name as it was meant: Macs write UTF-8 without saying so."""
    raw = getattr(entry, "orig_filename", entry.filename)
    if entry.flag_bits & UTF8_NAME:
        return raw
    try:
        return raw.encode("cp437").decode("utf-8")
    except UnicodeError:
        return raw


def _packed(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, seen: dict[str, tuple[int, int]], name: str) -> Member:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise Refused("it is a link or no ordinary file")
    if entry.flag_bits & ENCRYPTED:
        raise Refused("it is encrypted")
    if entry.compress_type not in PACKINGS or entry.extract_version > NEWEST_ZIP:
        raise Refused("it is packed in an unusual way")
    if entry.file_size > MAX_BYTES:
        raise Refused(f"it has {entry.file_size / 1e6:.0f} MB unpacked; at most {MAX_BYTES / 1e6:.0f} MB are read")
    if entry.file_size > 1_000_000 and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        raise Refused(
            f"it is {entry.file_size // max(entry.compress_size, 1)} times as large as its packed form, "
            "which looks like a zip bomb"
        )
    if seen.setdefault(name, (entry.CRC, entry.file_size)) != (entry.CRC, entry.file_size):
        raise Refused("the archive holds another file of this name")
    read = partial(_read_packed, archive, entry)
    return Member(name, _changed(entry), read, size=entry.file_size, packed=entry.compress_size)


def _changed(entry: zipfile.ZipInfo) -> datetime:
    """A zip archive holds local times; without a zone they are taken to be this machine's."""
    try:
        local = datetime(*entry.date_time)
    except ValueError:
        local = datetime(1980, 1, 1)
    return local.astimezone(UTC).replace(tzinfo=None)


def _read_packed(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(entry) as file:
            content = file.read(MAX_BYTES + 1)
    except DAMAGED as error:
        raise Refused(f"it is damaged ({printable(str(error), 80)})") from None
    if len(content) > MAX_BYTES:
        raise Refused(f"it has more than {MAX_BYTES / 1e6:.0f} MB unpacked")
    return content
