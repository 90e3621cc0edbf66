"""The line below the title of a chapter: which of how many it is, how long it takes, and which chapters it needs.

Their names number them, ``03_missing_sum``; ``needs: [2, 4]`` in the first lines of one names others by number.
"""

from __future__ import annotations

import json
import re
from math import ceil
from pathlib import Path

import quiz
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

CHAPTER = re.compile(r"chapters/(\d\d)_\w+")
WORDS_A_MINUTE = 200
LINES_A_MINUTE = 20
SECONDS_A_FORMULA = 10
UNREAD = (nodes.literal_block, nodes.math, nodes.math_block, nodes.comment, nodes.raw)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-read", say_what_to_expect)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def say_what_to_expect(app: Sphinx, doctree: nodes.document) -> None:
    page = app.env.docname
    title = next(iter(doctree.findall(nodes.title)), None)
    if not (this := CHAPTER.fullmatch(page)) or title is None:
        return
    chapters = chapters_of(Path(app.srcdir))
    app.env.note_dependency("_toc.yml")
    line = f"Chapter {int(this[1])} of {len(chapters)} · {minutes(doctree)} minutes"
    pieces: list[nodes.Node] = [nodes.Text(line)]
    for k, number in enumerate(json.loads(app.env.metadata[page].get("needs", "[]"))):
        pieces += [nodes.Text(" · needs " if k == 0 else " and "), link_to(chapters[number], page, str(number))]
    title.parent.insert(title.parent.index(title) + 1, nodes.paragraph("", "", *pieces, classes=["opening"]))


def chapters_of(root: Path) -> dict[int, str]:
    """The pages of the numbered chapters."""
    names = sorted(f"chapters/{file.stem}" for file in (root / "chapters").glob("*.md"))
    return {int(chapter[1]): name for name in names if (chapter := CHAPTER.fullmatch(name))}


def minutes(doctree: nodes.document) -> int:
    """How long it takes to read the words, the formulas and the code that is shown, up to the next five minutes."""
    text = [node for node in doctree.findall(nodes.Text) if not any(is_unread(up) for up in ancestors(node))]
    words = sum(len(node.astext().split()) for node in text)
    formulas = len([*doctree.findall(nodes.math_block)])
    code = [
        block for block in doctree.findall(nodes.literal_block) if "cell_input" in " ".join(block.parent["classes"])
    ]
    lines = sum(len(block.astext().splitlines()) for block in code)
    seconds = 60 * words / WORDS_A_MINUTE + 60 * lines / LINES_A_MINUTE + SECONDS_A_FORMULA * formulas
    return 5 * ceil(seconds / 300)


def is_unread(node: nodes.Node) -> bool:
    return isinstance(node, UNREAD) or quiz.UNREAD in node.get("classes", ())


def ancestors(node: nodes.Node):
    while (node := node.parent) is not None:
        yield node


def link_to(page: str, source: str, text: str) -> addnodes.pending_xref:
    return addnodes.pending_xref(
        "",
        nodes.inline("", text),
        refdomain="std",
        reftype="doc",
        reftarget=f"/{page}",
        refdoc=source,
        refexplicit=True,
        refwarn=True,
    )
