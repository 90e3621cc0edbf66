"""Print the built site as one PDF, with contents, page numbers and an outline: ``python tools/pdf.py SITE TARGET``.

All pages become one, in the order of the menu, with everything unfolded. Chromium prints it twice: once to learn on
which page each chapter and section begins, and once with these numbers in the contents.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from io import BytesIO
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from playwright.sync_api import sync_playwright
from pypdf import PdfReader, PdfWriter

FIRST = "chapters/index.html"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REFERRING = ("for", "name", "aria-labelledby", "aria-describedby", "aria-controls")
UNWANTED = ".headerlink, .copybtn, script, noscript, .toctree-wrapper, .prev-next-area"
PAPER = {
    "format": "A4",
    "prefer_css_page_size": True,
    "tagged": True,
}
STYLE = """
  @page { size: A4; }
  .title-page { break-after: page; padding-top: 30vh; text-align: center; }
  .title-page > :first-child { font-size: 3rem; }
  nav.whole { break-after: page; }
  nav.whole ol { padding: 0; list-style: none; }
  nav.whole a { display: flex; gap: 1rem; justify-content: space-between; text-decoration: none; }
  nav.whole .page { margin-top: 0.8rem; font-weight: 600; }
  nav.whole .section { padding-left: 1.5rem; }
  article.bd-article { break-before: page; padding: 0 !important; }
"""


@dataclass(frozen=True)
class Entry:
    """A line of the contents."""

    place: str
    title: str
    depth: int


@dataclass(frozen=True)
class Whole:
    """All pages of the site as one."""

    title: str
    head: str
    cover: str
    body: str
    entries: list[Entry]

    def html(self, numbers: dict[str, int]) -> str:
        """The page to print; ``numbers`` are those of the pages of paper, by the places that begin there."""
        return (
            f'<!doctype html><html lang="en" data-theme="light"><meta charset="utf-8">{self.head}'
            f"<title>{self.title}</title><style>{STYLE}</style>"
            f'<div class="title-page"><p>{self.title}</p>{self.cover}</div>'
            f'<nav class="whole"><h1>Contents</h1><ol>{"".join(_lines(self.entries, numbers))}</ol></nav>'
            f'<main class="bd-content">{self.body}</main></html>'
        )


def whole(site: Path) -> Whole:
    """Read all pages of the site, in the order of its menu."""
    first = _parse(site / FIRST)
    menu = first.select_one("nav.bd-links")
    assert menu, f"{FIRST} has a menu"
    links = [link["href"] for link in menu.select("a.internal")]
    pages = list(dict.fromkeys([FIRST, *(normpath(join(dirname(FIRST), link)) for link in links if link != "#")]))
    articles, entries, scripts = [], [], {}
    for number, page in enumerate(pages):
        soup = _parse(site / page)
        for script in soup.select('script[src*="_static/figures/"]'):
            scripts[urlsplit(normpath(join(dirname(page), script["src"]))).path] = None
        article = soup.select_one("article.bd-article")
        assert article, f"{page} has an article"
        entries += _entries(article, number)
        articles.append(str(_in_one_page(article, page, number, pages)))
    sheets = "".join(f'<link rel="stylesheet" href="_static/{name}">' for name in ("all.css", "katex/katex.css"))
    title, footer = _parse(site / "index.html").title, first.select_one(".extra_footer")
    return Whole(
        title=escape(title.get_text() if title else ""),
        head=f'<base href="{site.as_uri()}/">{sheets}'
        + "".join(f'<script defer src="{name}"></script>' for name in scripts),
        cover=footer.decode_contents() if footer else "",
        body="".join(articles),
        entries=entries,
    )


def _entries(article: Tag, number: int) -> Iterator[Entry]:
    """The title of a page and its sections; of a formula in one its letters, once."""
    for heading in article.select("section > h1, section > h2"):
        title = BeautifulSoup(str(heading), "html.parser")
        for twice in title.select(".headerlink, .katex-mathml"):
            twice.decompose()
        yield Entry(_place(number, heading.parent["id"]), title.get_text().strip(), int(heading.name[1]))


def _in_one_page(article: Tag, page: str, number: int, pages: list[str]) -> Tag:
    """The article of a page, with names of its own, links that lead to places in the whole, and nothing folded."""
    for tag in article.select(UNWANTED):
        tag.decompose()
    for tag in article.find_all(True):
        if tag.name == "details":
            tag["open"] = ""
        if tag.name == "img":
            tag["src"] = normpath(join(dirname(page), tag["src"]))
            tag["loading"] = "eager"
        if tag.get("id"):
            tag["id"] = _place(number, tag["id"])
        for name in REFERRING:
            if isinstance(tag.get(name), str):
                tag[name] = " ".join(_place(number, part) for part in tag[name].split())
        if tag.name == "a" and tag.get("href"):
            tag["href"] = _address(tag["href"], page, number, pages)
    article["id"] = _place(number, "")
    return article


def _address(address: str, page: str, number: int, pages: list[str]) -> str:
    parts = urlsplit(address)
    if parts.scheme:
        return address
    target = normpath(join(dirname(page), parts.path)) if parts.path else page
    return f"#{_place(pages.index(target), parts.fragment)}" if target in pages else target


def _place(number: int, name: str) -> str:
    return f"page-{number}-{name}" if name else f"page-{number}"


def _lines(entries: list[Entry], numbers: dict[str, int]) -> Iterator[str]:
    for entry in entries:
        page = numbers.get(entry.place, 0)
        line = f"<span>{escape(entry.title)}</span><span>{page:3d}</span>"
        yield f'<li class="{"page" if entry.depth == 1 else "section"}"><a href="#{entry.place}">{line}</a></li>'


def numbers_in(pdf: bytes) -> dict[str, int]:
    """On which page, counted from 1, the places are that a link leads to."""
    reader = PdfReader(BytesIO(pdf))
    found = reader.named_destinations.items()
    return {name.removeprefix("/"): reader.get_destination_page_number(place) + 1 for name, place in found}


def _parse(page: Path) -> BeautifulSoup:
    return BeautifulSoup(page.read_text("utf-8"), "html.parser")


def with_outline(pdf: bytes, entries: list[Entry], numbers: dict[str, int]) -> bytes:
    """Chromium's own outline names a heading at the top of a page twice."""
    writer = PdfWriter(clone_from=BytesIO(pdf))
    page = None
    for entry in entries:
        parent = page if entry.depth > 1 else None
        item = writer.add_outline_item(title=entry.title, page_number=numbers[entry.place] - 1, parent=parent)
        page = item if entry.depth == 1 else page
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def make(site: Path, target: Path) -> None:
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    source = target.with_suffix(".html")
    book = whole(site)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(0)
        numbers: dict[str, int] = {}
        for _ in range(2):
            source.write_text(book.html(numbers), "utf-8")
            page.goto(source.as_uri(), wait_until="load")
            page.evaluate("() => Promise.allSettled([...document.images].map(image => image.decode()))")
            pdf = page.pdf(**PAPER)
            numbers = numbers_in(pdf)
        browser.close()
    source.unlink()
    target.write_bytes(with_outline(pdf, book.entries, numbers))


if __name__ == "__main__":
    make(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
