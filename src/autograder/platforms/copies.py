"""The copies that are kept of one student's submission, in the order in which they count; the last one does.

Where two places of the world say when something was handed in, or two downloads of one platform when it was current,
the later counts. Otherwise nothing says which is newer, and what was collected last counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from autograder.records.atomic import write


@dataclass(frozen=True)
class Copy:
    """A kept copy by the name of its folder, ``<time>-<digest>``.

    ``time`` is when it was handed in, if anything says it exactly; ``seen`` when its newest file was changed, in an
    archive of ``platform`` the time of the download; ``path`` what the platform called one of its files there.
    """

    name: str
    time: datetime | None = None
    seen: datetime | None = None
    platform: str = ""
    path: str = ""

    @property
    def digest(self) -> str:
        return self.name.rpartition("-")[2]

    def order(self, other: Copy) -> int:
        """1 if this one is surely newer, -1 if it is surely older, 0 if nothing says it."""
        if self.time and other.time:
            return (self.time > other.time) - (self.time < other.time)
        if self.time or other.time or not self.seen or not other.seen:
            return 0
        if not self.platform or self.platform != other.platform:
            return 0
        return (self.seen > other.seen) - (self.seen < other.seen)


class Copies:
    """Those of one student: ``folder`` holds them, and ``list`` is the file that says in which order they count."""

    def __init__(self, folder: Path, list: Path):
        self._folder, self._list = folder, list

    def read(self) -> list[Copy]:
        """Those that there are. What the file does not list (it is older than it) comes first, by name."""
        there = {path.name for path in self._folder.iterdir()} if self._folder.is_dir() else set()
        there = {name for name in there if not name.startswith(".")}
        listed = [copy for copy in self._listed() if copy.name in there]
        unlisted = sorted(there - {copy.name for copy in listed})
        return [*map(Copy, unlisted), *listed]

    def add(self, new: Copy) -> None:
        """Note a copy, behind all that are not surely newer."""
        copies = [copy for copy in self.read() if copy.name != new.name]
        place = next((k for k, copy in enumerate(copies) if copy.order(new) > 0), len(copies))
        self._write([*copies[:place], new, *copies[place:]])

    def correct(self, name: str, time: datetime) -> None:
        """Note when a copy was handed in."""
        self._write(replace(copy, time=time) if copy.name == name else copy for copy in self.read())

    def call(self, name: str, platform: str, path: str) -> None:
        """Note what the platform calls a copy now: when it is handed in anew, even unchanged, it has another name."""
        copies = self.read()
        called = [replace(copy, platform=platform, path=path) if copy.name == name else copy for copy in copies]
        if called != copies:
            self._write(called)

    def _listed(self) -> Sequence[Copy]:
        try:
            return [Copy(**{**entry, **_times(entry)}) for entry in json.loads(self._list.read_bytes())]
        except (FileNotFoundError, ValueError, TypeError):
            return []

    def _write(self, copies: Iterable[Copy]) -> None:
        write(self._list, json.dumps([asdict(copy) for copy in copies], indent=1, default=datetime.isoformat) + "\n")


def _times(entry: dict[str, str | None]) -> dict[str, datetime | None]:
    return {field: datetime.fromisoformat(said) if (said := entry.get(field)) else None for field in ("time", "seen")}
