"""Slides for a lecture, made of the book's own formulas and figures with reveal.js.

A deck is a text in ``_decks``: slides with ``---`` between them, in Markdown with formulas. A line
``[[02_chain_rule#two-paths-add figure 1]]`` stands for the first figure of that section, ``formula 1`` for its first
formula, as they are on the built page; ``figure 1 from 33 to 67`` is a strip of a tall figure, in per cent of its
height, so that its numbers can be read from the last row. A link to ``book:02_chain_rule`` leads to the page. What is
not there is a warning, which fails the build. Without Node's packages the site has no slides.
"""

from __future__ import annotations

import re
import shutil
from functools import cache
from html import escape
from pathlib import Path

import formulas
import node_packages
from bs4 import BeautifulSoup, Tag
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from sphinx.application import Sphinx
from sphinx.util import logging

TAKEN = re.compile(r"^\[\[([\w/]+)#([\w-]+) (figure|formula) (\d+)(?: from (\d+) to (\d+))?\]\]$", re.MULTILINE)
ADDRESS = r'href="../../chapters/\1.html"'
LINK = re.compile(r'href="book:(\w+)"')
SELECT = {"figure": "figure.align-default", "formula": "div.math"}
NAMED = re.compile(r"(<code[^>]*>(?:<span[^>]*>)?(_static/decks/\w+\.html)(?:</span>)?</code>)")
DECKS = Path("_static", "decks")
BEFORE_THE_STYLES = 400
LIBRARY = ("reveal.js", "reveal.css")
HIGH = 520
"""Of a picture, in the pixels of a slide of 700."""
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} – slides of The Missing Sum</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="reveal.css">
<link rel="stylesheet" href="../katex/katex.css">
<link rel="stylesheet" href="decks.css">
</head>
<body>
<main class="reveal" aria-label="Slides">
<div class="slides">
{slides}
</div>
</main>
<script src="reveal.js"></script>
<script src="decks.js"></script>
</body>
</html>
"""
MISSING = (
    "reveal.js is not there: the site has no slides. To get them, install npm and type: rm .venv/ready; make setup"
)
log = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", link_to_decks)
    app.connect("build-finished", write_decks, priority=BEFORE_THE_STYLES)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def link_to_decks(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    """Where a page names the file of a deck, it leads there, if the site has slides."""
    if "_static/decks/" in context.get("body", "") and node_packages.folder("reveal.js", MISSING):
        up = "../" * page.count("/")
        context["body"] = NAMED.sub(lambda found: f'<a href="{up}{found[2]}">{found[1]}</a>', context["body"])


def write_decks(app: Sphinx, error: Exception | None) -> None:
    sources = sorted(Path(app.srcdir, "chapters", "_decks").glob("*.md"))
    target = Path(app.outdir, DECKS)
    shutil.rmtree(target, ignore_errors=True)
    if error is not None or app.builder.format != "html" or not sources or not node_packages.folder("katex"):
        return
    library = node_packages.folder("reveal.js", MISSING)
    if library is None:
        return
    target.mkdir(parents=True)
    for name in LIBRARY:
        shutil.copy(library / "dist" / name, target / name)
    for name in ("decks.css", "decks.js"):
        shutil.copy(sources[0].parent / name, target / name)
    typesetter = formulas.Typesetter()
    try:
        for source in sources:
            page = deck(source, Book(Path(app.outdir, "chapters")), typesetter)
            (target / f"{source.stem}.html").write_text(page, "utf-8")
    finally:
        typesetter.stop()


def deck(source: Path, book: Book, typesetter: formulas.Typesetter) -> str:
    """The page of a deck."""
    text = source.read_text("utf-8")
    markdown = MarkdownIt().use(dollarmath_plugin, renderer=lambda tex, options: typeset(typesetter, tex, options))
    slides = []
    for slide in re.split(r"^---$", text, flags=re.MULTILINE):
        parts: list[str] = []

        def keep(found: re.Match, parts: list[str] = parts) -> str:
            try:
                parts.append(book.taken(*found.groups()))
            except LookupError as reason:
                log.warning("%s: %s", source.name, reason, type="decks")
                parts.append("")
            return f"TAKEN{len(parts) - 1}FROM"

        html = markdown.render(TAKEN.sub(keep, slide))
        html = re.sub(r"<p>TAKEN(\d+)FROM</p>", lambda found, parts=parts: parts[int(found[1])], html)
        slides.append(f"<section>\n{LINK.sub(ADDRESS, html)}</section>")
    title = re.search(r"^# (.+)$", text, re.MULTILINE)
    return PAGE.format(title=escape(title[1] if title else source.stem), slides="\n".join(slides))


def typeset(typesetter: formulas.Typesetter, tex: str, options: dict) -> str:
    return typesetter.html(tex, options["display_mode"])


class Book:
    """The built pages of the book."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._page = cache(self._read)

    def taken(
        self, page: str, section: str, kind: str, number: str, top: str | None = None, end: str | None = None
    ) -> str:
        """The figure or formula of this number in a section, as HTML for a slide; LookupError if there is none."""
        place = self._page(page).find("section", id=section)
        if place is None:
            raise LookupError(f"{page} has no section {section}")
        own = [element for element in place.select(SELECT[kind]) if element.find_parent("section") is place]
        if len(own) < int(number):
            raise LookupError(f"section {section} of {page} has {len(own)} of what is asked for: {kind} {number}")
        return for_a_slide(own[int(number) - 1], int(top or 0), int(end or 100))

    def _read(self, page: str) -> BeautifulSoup:
        path = self._folder / f"{page}.html"
        if not path.exists():
            raise LookupError(f"there is no page {page}")
        return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def for_a_slide(element: Tag, top: int = 0, end: int = 100) -> str:
    """A figure with its picture alone, or a strip of it, which its alt text describes; a formula without its number."""
    copied = BeautifulSoup(str(element), "html.parser")
    for unwanted in copied.select("figcaption, .headerlink, .eqno"):
        unwanted.decompose()
    for image in copied.select("img"):
        image["src"] = "../../" + image["src"].removeprefix("../")
        image.attrs.pop("loading", None)
        wide, high = (float(image[name]) for name in ("width", "height"))
        ratio = wide / high * 100 / (end - top)
        image["style"] = f"top: -{100 * top / (end - top):.2f}%"
        strip = {"class": "part", "style": f"width: {HIGH * ratio:.0f}px; aspect-ratio: {ratio:.4f}"}
        image.wrap(copied.new_tag("div", attrs=strip))
    for link in copied.select("a.reference"):
        link.unwrap()
    for named in copied.select("[id]"):
        del named["id"]
    return str(copied)
