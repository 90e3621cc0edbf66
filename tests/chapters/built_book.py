"""Build the book, and read its pages as text."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[2]
BUILD = (str(Path(sys.executable).with_name("jupyter-book")), "build", "-n", "-W", "--keep-going", "--quiet")


@dataclass(frozen=True)
class Book:
    """A built site and what the build said."""

    html: Path
    exit_status: int
    log: str

    @property
    def pages(self) -> list[Path]:
        return sorted(page for page in self.html.rglob("*.html") if "_static" not in page.relative_to(self.html).parts)


def build(root: Path) -> Book:
    """Build the book under ``root`` as ``make book`` does; what did not change since the last build is reused."""
    done = subprocess.run([*BUILD, "."], cwd=root, capture_output=True, text=True, timeout=600)
    return Book(root / "_build" / "html", done.returncode, done.stdout + done.stderr)


def parse(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def figure_problems(html: str) -> Iterator[str]:
    """Pictures that some reader would not understand: no alt text of their own, or no caption."""
    for image in parse(html).select("article img"):
        alt = image.get("alt", "").strip()
        if len(alt.split()) < 8:
            yield f"alt text says too little: {alt!r}"
        caption = image.find_parent("figure") and image.find_parent("figure").find("figcaption")
        if not caption or len(caption.get_text().split()) < 8:
            yield f"no caption: {alt[:60]!r}"


def link_problems(page: Path, html: str) -> Iterator[str]:
    """Links, scripts, style sheets and pictures of the site that lead nowhere."""
    for tag in parse(html).find_all(True):
        for name in ("href", "src"):
            target = tag.get(name)
            if not isinstance(target, str) or urlsplit(target).scheme or urlsplit(target).netloc:
                continue
            parts = urlsplit(target)
            file = (page.parent / unquote(parts.path)).resolve() if parts.path else page.resolve()
            if not file.is_file():
                yield f"{page.name}: {target} is no file of the site"
            elif parts.fragment and file.suffix == ".html" and unquote(parts.fragment) not in ids(file):
                yield f"{page.name}: {target} has no such place on the page"


@cache
def ids(page: Path) -> frozenset[str]:
    """The places on a page that a link can lead to."""
    return frozenset(tag["id"] for tag in parse(page.read_text("utf-8")).find_all(id=True))


def code_of(html: str) -> str:
    """The text of a page without any white space, so that code is found whatever its layout and its colours."""
    return "".join(parse(html).get_text().split())


def solution_lines(source: str) -> Iterator[str]:
    """The lines of code between ``### BEGIN SOLUTION`` and ``### END SOLUTION``, without white space; a bare word is no solution."""
    inside = False
    for line in source.splitlines():
        if "BEGIN SOLUTION" in line or "END SOLUTION" in line:
            inside = "BEGIN" in line
        elif inside and len("".join(line.split())) > 12:
            yield "".join(line.split())
