"""Problem sets as pages: the notebooks that ``_toc.yml`` takes from ``exercises/``, as students get them.

Below its title each page links to its notebook, the chapters that it says to read are links, and no button leads to its
text, which is generated. The directive ``{problem-sets}`` lists all pages there should be, so that one that is missing
from ``_toc.yml`` fails the build.
"""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

FOLDER = "exercises"
GUIDE = "/chapters/problem_sets"
BEFORE_DOWNLOADS_ARE_COLLECTED = 400
AFTER_THE_THEME_ADDED_ITS_BUTTONS = 900
READING = "Read in the book:"


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("problem-sets", ProblemSets)
    app.connect("doctree-read", link_to_notebook, priority=BEFORE_DOWNLOADS_ARE_COLLECTED)
    app.connect("doctree-resolved", link_to_reading)
    app.connect("html-page-context", hide_link_to_edit, priority=AFTER_THE_THEME_ADDED_ITS_BUTTONS)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class ProblemSets(SphinxDirective):
    """A list of links to the pages of all notebooks in ``exercises/``."""

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(FOLDER)
        notebooks = sorted(Path(self.env.srcdir, FOLDER).glob("*/*.ipynb"))
        pages = (f"/{notebook.relative_to(self.env.srcdir).with_suffix('').as_posix()}" for notebook in notebooks)
        return [
            nodes.bullet_list(
                "", *(nodes.list_item("", nodes.paragraph("", "", link_to(page, self.env.docname))) for page in pages)
            )
        ]


def link_to_notebook(app: Sphinx, doctree: nodes.document) -> None:
    page = app.env.docname
    title = next(iter(doctree.findall(nodes.title)), None)
    if page.startswith(f"{FOLDER}/") and title is not None:
        name = page.rpartition("/")[2] + ".ipynb"
        notebook = addnodes.download_reference("", "", nodes.literal("", name), reftarget=f"/{page}.ipynb", refdoc=page)
        pieces = (
            nodes.Text("Download "),
            notebook,
            nodes.Text(", and see "),
            link_to(GUIDE, page, "how to run it"),
            nodes.Text("."),
        )
        title.parent.insert(title.parent.index(title) + 1, nodes.paragraph("", "", *pieces))


def link_to_reading(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """The notebook, which may lie anywhere, names chapters or leads to the public book; its page leads to its own."""
    if not page.startswith(f"{FOLDER}/"):
        return
    chapters = {title.astext(): name for name, title in app.env.titles.items()}
    for paragraph in doctree.findall(nodes.paragraph):
        if paragraph.astext().startswith(READING):
            for title in list(paragraph.findall(nodes.emphasis)):
                if chapter := chapters.get(title.astext()):
                    address = app.builder.get_relative_uri(page, chapter)
                    named = title.parent if isinstance(title.parent, nodes.reference) else title
                    named.replace_self(nodes.reference("", "", title.deepcopy(), refuri=address, internal=True))


def hide_link_to_edit(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """The notebooks are generated: a change to one would be lost."""
    if page.startswith(f"{FOLDER}/"):
        for group in context["header_buttons"]:
            if "buttons" in group:
                group["buttons"] = [button for button in group["buttons"] if button["label"] != "source-edit-button"]


def link_to(page: str, source: str, text: str = "") -> addnodes.pending_xref:
    """A link from the page ``source`` to ``page``, with its title if there is no text."""
    return addnodes.pending_xref(
        "",
        nodes.inline("", text),
        refdomain="std",
        reftype="doc",
        reftarget=page,
        refdoc=source,
        refexplicit=bool(text),
        refwarn=True,
    )
