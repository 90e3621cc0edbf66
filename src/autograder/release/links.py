"""Where a notebook says which chapters to read, it leads to them, if the book is published."""

from __future__ import annotations

import json
import re
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode, default

from autograder.records.course import Course
from missingsum.slips import CHAPTERS

READING = "**Read in the book:**"
TITLE = re.compile(r"\[?(?<!\*)\*(?!\*)([^*]+)(?<!\*)\*(?!\*)(?:\]\(\S*\))?")
"""Words in italics, which may be a link already."""


class LinkToBook(NbGraderPreprocessor):
    """Links to the chapters under ``book``, by default the published address; without one they are named."""

    book = Unicode(help="The book's address, for links to the chapters that a problem set names.").tag(config=True)

    @default("book")
    def _published(self) -> str:
        return Course(Path(self.parent.parent.coursedir.root)).book or ""

    def preprocess_cell(self, cell: NotebookNode, resources: dict, cell_index: int) -> tuple[NotebookNode, dict]:
        if cell.cell_type == "markdown" and self.book:
            cell.source = linked(cell.source, self.book)
        return cell, resources


def linked(text: str, book: str) -> str:
    """The text, with links to the chapters that it names in a paragraph that begins with `READING`."""
    pages = {title: f"{book}chapters/{name}.html" for name, title in CHAPTERS.items()}

    def link(found: re.Match) -> str:
        page = pages.get(" ".join(found[1].split()))
        return f"[*{found[1]}*]({page})" if page else found[0]

    paragraphs = text.split("\n\n")
    return "\n\n".join(TITLE.sub(link, each) if each.startswith(READING) else each for each in paragraphs)


def linked_bytes(notebook: bytes, book: str) -> bytes:
    """The notebook of a release with these links, in the same form."""
    if not book:
        return notebook
    content = json.loads(notebook)
    for cell in content["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = linked("".join(cell["source"]), book).splitlines(keepends=True)
    return (json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()
