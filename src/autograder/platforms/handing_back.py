"""Feedback on its way back: one archive for each platform that takes a class's pages at once."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.platforms import platforms
from autograder.platforms.store import Store

MOMENT = (2026, 1, 1, 0, 0, 0)
"""The same pages make the same archive."""


@dataclass(frozen=True)
class HandedBack:
    """By the name of each platform its pages, by their names in its archive; and whose pages are in none.

    ``nameless`` are those whose submission came from a platform, and nothing says what that called it: it was collected
    by an older version, or the platform takes nothing back so.
    """

    pages: Mapping[str, Mapping[str, Path]] = field(default_factory=dict)
    nameless: Iterable[str] = ()


def sort_by_platform(pages: Mapping[str, Path], store: Store, file: str) -> HandedBack:
    """The ``pages`` of students, each called as the platform has to know it that their submission came from.

    ``file`` is what a page is called for its student. Who did not hand in on a platform is left out.
    """
    known = {platform.name: platform for platform in platforms()}
    sorted_: dict[str, dict[str, Path]] = {}
    nameless = []
    for student, page in sorted(pages.items()):
        newest = store.newest(student)
        if not newest or newest.platform not in known:
            continue
        if name := known[newest.platform].handed_back(newest.path, file):
            sorted_.setdefault(newest.platform, {})[name] = page
        else:
            nameless.append(student)
    return HandedBack(sorted_, nameless)


def write_archive(target: Path, pages: Mapping[str, Path]) -> None:
    """The archive is there whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.part")
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, page in sorted(pages.items()):
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, page.read_bytes())
    os.replace(temporary, target)
