"""Build the book, and read its pages as text."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from symtable import SymbolTable, symtable
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

from ..problem_sets import COURSE, prepared_by, problem_set

ROOT = COURSE.root.resolve()
BUILD = (str(Path(sys.executable).with_name("jupyter-book")), "build", "-n", "-W", "--keep-going", "--quiet")
FIGURES = (
    "denominator",
    "paths",
    "jacobian",
    "mse_versus_ce",
    "simplex_race",
    "step_size",
    "breaking",
    "attention_row",
    "smoothing",
    "temperature",
    "focal",
    "collapse",
    "tangent",
    "memory",
)
HEADER = """---
kernelspec: {display_name: Python 3, language: python, name: python3}
jupytext: {text_representation: {extension: .md, format_name: myst}}
---
# A page

"""


@dataclass(frozen=True)
class Book:
    """A built site and what the build said."""

    html: Path
    exit_status: int
    log: str

    @property
    def pages(self) -> list[Path]:
        return sorted(page for page in self.html.rglob("*.html") if "_static" not in page.relative_to(self.html).parts)


def build(root: Path, **environment: str) -> Book:
    """Build the book under ``root`` as ``make book`` does; what did not change since the last build is reused."""
    variables = {**os.environ, **environment}
    done = subprocess.run([*BUILD, "."], cwd=root, env=variables, capture_output=True, text=True, timeout=600)
    return Book(root / "_build" / "html", done.returncode, done.stdout + done.stderr)


@dataclass(frozen=True)
class BuiltTwice:
    """A small book before and after a change, and the PDF that was made in between."""

    first: Book
    pages_before: dict[str, str]
    pdf: bytes
    second: Book

    def before(self, page: str) -> str:
        return self.pages_before[page]

    def after(self, page: str) -> str:
        return (self.second.html / page).read_text("utf-8")


def empty_book(folder: Path, *chapters: str) -> Path:
    """A book with this one's configuration and one page, and these chapters, still to be written."""
    for name in ("_config.yml", "CITATION.cff", "chapters/_extensions", "chapters/_static", "chapters/_templates"):
        target = folder / name
        target.parent.mkdir(exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, target)
    contents = "".join(f"- file: chapters/{name}\n" for name in chapters)
    listed = f"chapters:\n{contents}" if chapters else ""
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: chapters/index\n{listed}")
    return folder


def write(book: Path, text: str, page: str = "index", title: str = "A page") -> None:
    """Give a page of a small book this text."""
    (book / "chapters" / f"{page}.md").write_text(HEADER.replace("A page", title) + text)


def add_problem_set(folder: Path) -> None:
    """Give a small book one of this book's problem sets, under another name."""
    notebook = next((ROOT / "exercises").glob("*/*.ipynb"))
    (folder / "exercises" / "ps9_new").mkdir(parents=True)
    (folder / "exercises" / "ps9_new" / "ps9_new.ipynb").write_bytes(notebook.read_bytes())


@lru_cache(maxsize=100)
def parse(html: str) -> BeautifulSoup:
    """The elements of a page, to read: all tests get the same, since it takes a quarter of a second to make."""
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


def entry_problems(html: str, linked: Collection[str]) -> Iterator[str]:
    """Entries of the glossary or the bibliography that no link can lead to, and those that none leads to.

    ``linked`` are the ids with a link.
    """
    for entries in parse(html).select("article dl"):
        names = []
        for part in entries.find_all(["dt", "dd"], recursive=False):
            if part.name == "dt":
                names.append(part)
                continue
            places = {tag["id"] for tag in (entries, *names) if tag.has_attr("id")}
            entry = names[0].get_text().strip()[:60]
            if not places:
                yield f"no place to link to: {entry}"
            elif not places & set(linked):
                yield f"nobody links to: {entry}"
            names = []


def links_between_pages(book: Book) -> Iterator[tuple[str, str, str]]:
    """Page, page linked to and place on it, for all links in the chapters' text to a place on another page."""
    for page in sorted((book.html / "chapters").glob("*.html")):
        for link in parse(page.read_text("utf-8")).select("article a.internal[href]"):
            target, _, place = link["href"].partition("#")
            if target and place:
                yield page.name, target, unquote(place)


@cache
def ids(page: Path) -> frozenset[str]:
    """The places on a page that a link can lead to."""
    return frozenset(tag["id"] for tag in parse(page.read_text("utf-8")).find_all(id=True))


def names_only_hidden_cells_define(chapter: str) -> set[str]:
    """Names that whoever copies the cells that can be seen would miss."""
    seen, hidden, missed = set(), set(), set()
    for head, code in re.findall(
        r"^```\{code-cell\}[^\n]*\n(---\n.*?\n---\n|(?::[^\n]*\n)*)(.*?)^```", chapter, re.DOTALL | re.MULTILINE
    ):
        cell = symtable(code, "cell", "exec")
        defined = {symbol.get_name() for symbol in cell.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
        if "remove-" in head:
            hidden |= defined
        else:
            missed |= (set(names_used(cell)) - seen - defined) & hidden
            seen |= defined
    return missed


def names_used(table: SymbolTable) -> Iterator[str]:
    """The names of the module that a piece of code and all functions in it read."""
    yield from (
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_referenced() and (table.get_type() == "module" or symbol.is_global())
    )
    for inner in table.get_children():
        yield from names_used(inner)


def code_of(html: str) -> str:
    """The text of a page without any white space, so that code is found whatever its layout and its colours."""
    return "".join(parse(html).get_text().split())


def solution_lines(source: str) -> Iterator[str]:
    """The lines of code between ``### BEGIN SOLUTION`` and ``### END SOLUTION`` that compute, without spaces."""
    inside = False
    for line in source.splitlines():
        code = "".join(line.split())
        if "BEGINSOLUTION" in code or "ENDSOLUTION" in code:
            inside = "BEGIN" in code
        elif (
            inside and len(code) > 12 and not code.startswith("#") and re.search(r"[*/@-]|exp|log|sum|max|einsum", code)
        ):
            yield code


QUESTIONS = {"two_steps", "why_a_sum", "dividing", "matrix"}
TELLS_ALL = {*QUESTIONS, "what_is_wrong"}
"""The pages of four questions, and the one with forwards that are ready: who asks there gets the answer whole."""


def still_to_solve(name: str, page: str) -> bool:
    """Whether a reader of this page has the problem set of this name still before them.

    What a set asks for is taken as known in the chapters after the last one that it needs. On a page without a
    number, any reader may have all sets before them.
    """
    if page in TELLS_ALL:
        return False
    if page[:2] == "ps":
        return page <= name
    return not page[:2].isdigit() or int(page[:2]) <= prepared_by(problem_set(name))
