"""The directive ``{citation}`` says how to cite the course, as a sentence and as BibTeX, from ``CITATION.cff``."""

from __future__ import annotations

from pathlib import Path

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

SOURCE = "CITATION.cff"


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("citation", Citation)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class Citation(SphinxDirective):
    """How to cite the course; the address is the one in ``_config.yml``, if there is one."""

    def run(self) -> list[nodes.Node]:
        file = Path(self.env.srcdir, SOURCE)
        self.env.note_dependency(str(file))
        work = yaml.safe_load(file.read_text("utf-8"))
        address = self.config.html_baseurl
        where = f" {address}" if address else ""
        names = authors(work, ", ")
        sentence = nodes.paragraph(
            "",
            "",
            nodes.Text(f"{names[0].upper()}{names[1:]} ({work['date-released'].year}). "),
            nodes.emphasis("", work["title"]),
            nodes.Text(f", version {work['version']}.{where}"),
        )
        return [sentence, nodes.literal_block("", bibtex(work, address), language="bibtex")]


def authors(work: dict, separator: str) -> str:
    """All authors, whether people or a group."""
    return separator.join(
        author.get("name") or f"{author['given-names']} {author['family-names']}" for author in work["authors"]
    )


def bibtex(work: dict, address: str = "") -> str:
    """The entry for a bibliography; a group that is an author stands in braces of its own: BibTeX leaves it whole."""
    names = " and ".join(
        f"{{{author['name']}}}" if "name" in author else authors({"authors": [author]}, "")
        for author in work["authors"]
    )
    fields = {
        "author": names,
        "title": f"{{{work['title']}}}",
        "year": work["date-released"].year,
        "version": work["version"],
        "url": address,
    }
    lines = "".join(f"  {name:<7} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{missingsum,\n{lines}}}"
