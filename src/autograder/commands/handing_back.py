"""Beside a folder of pages, one archive for each platform from which submissions were collected."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from autograder.commands import terminal
from autograder.commands.session import Session
from autograder.platforms.handing_back import sort_by_platform, write_archive
from autograder.platforms.store import Store
from autograder.text import counted


def write_archives(session: Session, pages: Mapping[str, Path], name: str) -> None:
    """Write the archives with these students' pages; ``name`` is what archives and pages are called."""
    store = Store(session.folder.root / "collected", session.folder.submitted, session.assignment)
    back = sort_by_platform(pages, store, f"{name}.html")
    for platform, named in back.pages.items():
        target = session.folder.handed_back(name, platform)
        write_archive(target, named)
        print(f"for {platform}, {counted(len(named), 'page')} in one archive: {terminal.relative(target)}")
    if back.nameless:
        print(
            "in no archive, as nothing says what the platform called their submissions: "
            f"{terminal.some(back.nameless)} (collect the platform's archive again, which changes nothing else)"
        )
