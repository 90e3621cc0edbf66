"""The directive ``{bill-of-materials}``: what others made of what pages load after the click, with its licences.

It is read from the pin of the engine and from Node's packages, so that it cannot fall behind them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import version

import node_packages
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from in_page.fetch import pinned

EDITOR = ("commands", "lang-python", "language", "state", "view")
HEAD = ("what", "version", "licence", "for")


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("bill-of-materials", BillOfMaterials)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class BillOfMaterials(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        table, group = nodes.table(classes=["table"]), nodes.tgroup(cols=len(HEAD))
        group += [nodes.colspec(colwidth=1) for _ in HEAD]
        rows = [row(cells) for cells in materials()]
        group += [nodes.thead("", row(HEAD)), nodes.tbody("", *rows)]
        table += group
        return [table]


def materials() -> Iterator[tuple[str, ...]]:
    runtime, numpy = pinned()["runtime"], pinned()["numpy"]
    yield runtime["package"], runtime["version"], runtime["licence"], "Python"
    yield "numpy", numpy["wheel"].split("-")[1], numpy["licence"], "arrays; as Pyodide's makers built it"
    yield "scikit-learn", version("scikit-learn"), "BSD-3-Clause", "its data set of digits alone, for problem set 6"
    for name, found in sorted(editor().items()):
        yield name, found["version"], found["license"], "the editor"


def editor() -> dict[str, dict]:
    """What the editor is made of: the packages of Node that are asked for, and those that they ask for."""
    found: dict[str, dict] = {}
    waiting = [f"@codemirror/{name}" for name in EDITOR]
    while waiting:
        name = waiting.pop()
        if name not in found and (folder := node_packages.folder(name)):
            found[name] = json.loads((folder / "package.json").read_text("utf-8"))
            waiting += found[name].get("dependencies", ())
    return found


def row(cells: tuple[str, ...]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", cell)) for cell in cells))
