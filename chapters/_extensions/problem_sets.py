"""Problem sets as pages: the notebooks that ``_toc.yml`` takes from ``exercises/``, as students get them.

Below its title each page links to its notebook. The directive ``{problem-sets}`` lists all pages there should be, so that one that is missing
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


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("problem-sets", ProblemSets)
    app.connect("doctree-read", link_to_notebook, priority=BEFORE_DOWNLOADS_ARE_COLLECTED)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class ProblemSets(SphinxDirective):
    """A list of links to the pages of all notebooks in ``exercises/``."""

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(FOLDER)
        notebooks = sorted(Path(self.env.srcdir, FOLDER).glob("*/*.ipynb"))
        pages = (f"/{notebook.relative_to(self.env.srcdir).with_suffix('').as_posix()}" for notebook in notebooks)
        return [nodes.bullet_list("", *(nodes.list_item("", nodes.paragraph("", "", link_to(page, self.env.docname))) for page in pages))]


def link_to_notebook(app: Sphinx, doctree: nodes.document) -> None:
    page = app.env.docname
    title = next(iter(doctree.findall(nodes.title)), None)
    if page.startswith(f"{FOLDER}/") and title is not None:
        name = page.rpartition("/")[2] + ".ipynb"
        notebook = addnodes.download_reference("", "", nodes.literal("", name), reftarget=f"/{page}.ipynb", refdoc=page)
        pieces = nodes.Text("Download "), notebook, nodes.Text(", and see "), link_to(GUIDE, page, "how to run it"), nodes.Text(".")
        title.parent.insert(title.parent.index(title) + 1, nodes.paragraph("", "", *pieces))


def link_to(page: str, source: str, text: str = "") -> addnodes.pending_xref:
    """A link from the page ``source`` to ``page``, with its title if there is no text."""
    return addnodes.pending_xref("", nodes.inline("", text), refdomain="std", reftype="doc", reftarget=page, refdoc=source,
                                 refexplicit=bool(text), refwarn=True)
