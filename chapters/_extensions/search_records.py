"""What the search finds: each section, each entry of the glossary, each mistake of the gallery and each source.

The records go into ``_static/search/records.js``, with the words a reader sees and, apart from them, code and formulas.
``search.js`` searches them with MiniSearch on the page ``search.html``, which needs no server. Without Node's packages
the site keeps the search of Sphinx.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import node_packages
import quiz
from docutils import nodes
from own_files import keep_off_other_pages
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

LIBRARY = "dist/umd/index.js"
FOLDER = "search/"
SCRIPTS = (f"{FOLDER}language.js", f"{FOLDER}search.js")
LOADED_LATER = (f"{FOLDER}minisearch.js", f"{FOLDER}records.js")
"""What ``search.js`` loads when somebody begins to search: the words of the book weigh more than all else."""
MISTAKE = "slip-"
WORDS = "text/markdown"
UNREAD = (
    nodes.raw,
    nodes.comment,
    nodes.target,
    nodes.image,
    nodes.substitution_definition,
    nodes.system_message,
    addnodes.toctree,
)
OPENING = "opening"
"""The class of a line below a title that says what to expect of a page, and nothing of what is on it."""
LONGEST_TITLE = 120
SIGNS = {
    "partial": "∂", "sum": "Σ", "prod": "Π", "odot": "⊙", "otimes": "⊗", "cdot": "·", "times": "×",
    "infty": "∞", "to": "→", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "approx": "≈",
    "in": "∈", "nabla": "∇", "pm": "±", "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε",
    "varepsilon": "ε", "zeta": "ζ", "eta": "η", "lambda": "λ", "mu": "μ", "sigma": "σ", "tau": "τ", "varphi": "φ",
    "dots": "…", "cdots": "⋯", "ldots": "…",
}  # fmt: skip
TRANSPOSED = re.compile(r"\s*\^\s*(?:\{\s*\\mathsf\s*\{?T\}?\s*\}|\\mathsf\s*\{T\}|\\top(?![a-zA-Z]))")
UNSEEN = re.compile(
    r"\\(?:left|right|q?quad|text|operatorname|math\w+|boldsymbol|displaystyle|(?:begin|end)\{\w+\}|[,;:! &])\*?"
)


def setup(app: Sphinx) -> dict[str, bool]:
    keep_off_other_pages(app, FOLDER)
    app.connect("builder-inited", take_the_place_of_the_search_of_sphinx)
    app.connect("doctree-read", note_records)
    app.connect("env-purge-doc", lambda app, env, page: noted(env).pop(page, None))
    app.connect("env-merge-info", lambda app, env, names, other: noted(env).update(noted(other)))
    app.connect("html-collect-pages", add_page)
    app.connect("html-page-context", name_scripts)
    app.connect("build-finished", write_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


@dataclass
class Record:
    """A place that a result leads to; the place "" is the page itself."""

    place: str
    title: str
    kind: str
    words: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)

    def content(self) -> dict[str, str]:
        texts = {"words": " ".join(self.words), "code": "\n".join(self.code)}
        return {"place": self.place, "title": self.title, "kind": self.kind, **texts}


def noted(env: BuildEnvironment) -> dict[str, list[dict[str, str]]]:
    """The records of each page, kept with what else is known of the pages that did not change."""
    if not hasattr(env, "search_records"):
        env.search_records = {}
    return env.search_records


def is_ours(app: Sphinx) -> bool:
    return app.builder.name == "html" and node_packages.folder("minisearch") is not None


def take_the_place_of_the_search_of_sphinx(app: Sphinx) -> None:
    if is_ours(app):
        app.builder.search = False


def note_records(app: Sphinx, doctree: nodes.document) -> None:
    noted(app.env)[app.env.docname] = [record.content() for record in records_of(doctree)]


def records_of(doctree: nodes.document) -> list[Record]:
    """The records of a page, in the order in which they stand on it."""
    found: list[Record] = []
    collect(doctree, Record("", "", "page"), found)
    if found:
        found[0].place, found[0].kind = "", "page"
    return found


def collect(parent: nodes.Element, record: Record, found: list[Record]) -> None:
    for node in parent.children:
        if is_unread(node) or (isinstance(node, nodes.title) and isinstance(parent, nodes.section)):
            continue
        if begins := beginning(node):
            found.append(begins)
            if isinstance(node, nodes.paragraph):
                record = begins  # what comes after the first line of a mistake is about it, up to the next
            else:
                collect(node, begins, found)
        elif isinstance(node, (nodes.literal_block, nodes.math_block)):
            is_formula = isinstance(node, nodes.math_block)
            record.code.append(plain(node.astext()) if is_formula else node.astext())
        elif isinstance(node, nodes.TextElement):
            record.words.append(" ".join(seen(node).split()))
        elif isinstance(node, nodes.Element):
            collect(node, record, found)


def is_unread(node: nodes.Node) -> bool:
    """Whether no reader sees this, or sees pictures and numbers alone: what a cell shows counts where it is text."""
    if isinstance(node, nodes.container) and node.get("mime_type", WORDS) != WORDS:
        return True
    marks = node["classes"] if isinstance(node, nodes.Element) else []
    return isinstance(node, UNREAD) or OPENING in marks or quiz.UNREAD in marks


def beginning(node: nodes.Node) -> Record | None:
    """The record that begins with this node, if one does."""
    if not isinstance(node, nodes.Element):
        return None
    if isinstance(node, nodes.section):
        title = next(iter(node.findall(nodes.title)), None)
        return Record(node["ids"][0], seen(title) if title else "", "section")
    if isinstance(node, nodes.definition_list_item):
        terms = [child for child in node.children if isinstance(child, nodes.term)]
        own = [name for term in terms for name in term["ids"]]
        names = own or node.parent["ids"]
        title = ", ".join(seen(term) for term in terms)
        return Record(names[0], title[:LONGEST_TITLE], "entry" if own else "source") if names else None
    names = [name for name in node.get("ids", ()) if name.startswith(MISTAKE)]
    line = next(iter(node.findall(nodes.TextElement)), node)
    return Record(names[0], seen(line)[:LONGEST_TITLE], "mistake") if names else None


def seen(node: nodes.Node) -> str:
    """The words of a node, with its formulas as plain text."""
    if isinstance(node, nodes.Text):
        return str(node)
    if isinstance(node, nodes.math):
        return plain(node.astext())
    return "" if isinstance(node, UNREAD) else "".join(map(seen, node.children))


def plain(tex: str) -> str:
    r"""A formula in one line as one would type it: ``\frac{\partial L}{\partial z_j}`` is ``∂L / ∂z_j``."""
    tex = TRANSPOSED.sub("ᵀ", tex)
    tex = re.sub(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}", r"\1 / \2", UNSEEN.sub(" ", tex.replace(r"\\", " ")))
    tex = re.sub(r"\\([a-zA-Z]+)\s*", lambda found: SIGNS.get(found[1], found[1] + " "), tex)
    return " ".join(re.sub(r"[{}\\&]", "", tex).split())


def add_page(app: Sphinx) -> Iterator[tuple[str, dict, str]]:
    if is_ours(app):
        yield "search", {}, "search.html"


def name_scripts(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    context["search_scripts"] = SCRIPTS if is_ours(app) else ()


def write_files(app: Sphinx, error: Exception | None) -> None:
    if error is not None or not is_ours(app):
        return
    library, records = (Path(app.outdir, "_static", name) for name in LOADED_LATER)
    library.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(node_packages.folder("minisearch") / LIBRARY, library)
    pages = [
        {"page": f"{name}.html", "title": app.env.titles[name].astext(), "records": found}
        for name, found in sorted(noted(app.env).items())
    ]
    records.write_text(f"window.searchRecords = {json.dumps(pages, ensure_ascii=False)};\n", "utf-8")
