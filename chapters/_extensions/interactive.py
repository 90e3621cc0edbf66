"""The directive ``{interactive}`` puts a figure that a reader can move into a chapter; its content is the caption.

    ```{interactive} jacobian
    Move the logits …
    ```

The tables of the figure are computed here, with NumPy, at the figure's starting values. They are what a reader sees
without JavaScript; with it, the scripts in ``_static/figures`` put controls above them and keep them up to date. A page
loads the scripts and the style of its own figures alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import starting_values
from docutils import nodes
from own_files import keep_off_other_pages
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

FOLDER = "figures/"
SHARED = ("mathematics", "element", "drawing")
ELEMENTS = {
    "denominator": "denominator-node",
    "paths": "gradient-paths",
    "jacobian": "softmax-jacobian",
    "mse_versus_ce": "mse-versus-ce",
    "simplex_race": "simplex-race",
    "step_size": "step-size",
    "breaking": "breaking-numbers",
    "attention_row": "attention-row",
    "smoothing": "label-smoothing",
    "temperature": "softmax-temperature",
    "focal": "focal-factor",
    "collapse": "hidden-collapse",
    "tangent": "loss-tangent",
    "memory": "memory-limit",
}


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("interactive", InteractiveFigure)
    app.add_node(interactive, html=(open_figure, close_figure))
    keep_off_other_pages(app, FOLDER)
    app.connect("html-page-context", load_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class interactive(nodes.General, nodes.Element):
    """One interactive figure; its children are the caption."""


class InteractiveFigure(SphinxDirective):
    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        if name not in ELEMENTS:
            raise self.error(f"there is no interactive figure {name!r}; there are: {', '.join(ELEMENTS)}")
        if not self.content:
            raise self.error(f"the interactive figure {name!r} has no caption")
        self.env.note_dependency(starting_values.__file__)
        node = interactive(figure=name, ids=[f"interactive-{name.replace('_', '-')}"])
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


def open_figure(translator, node: interactive) -> None:
    element = ELEMENTS[node["figure"]]
    tables = "".join(table(*parts) for parts in getattr(starting_values, node["figure"])())
    translator.body.append(
        f'<figure class="interactive" id="{node["ids"][0]}"><{element}><div class="tables">{tables}</div>'
        f"</{element}><noscript><p>With JavaScript this figure can be moved.</p></noscript><figcaption>"
    )


def close_figure(translator, node: interactive) -> None:
    translator.body.append("</figcaption></figure>")


def table(caption: str, columns: Sequence[str], rows: dict[str, Sequence[str]]) -> str:
    """HTML of a table; ``columns`` begins with the heading of the row labels."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    body = "".join(
        f'<tr class="{starting_values.LINES.get(label, "")}"><th scope="row">{escape(label)}</th>'
        f"{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
        for label, cells in rows.items()
    )
    return (
        f'<div class="scrolls" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f"<table><caption>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def load_files(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    figures = sorted({node["figure"] for node in doctree.findall(interactive)}) if doctree else []
    if figures:
        app.add_css_file(f"{FOLDER}figures.css")
        for name in (*SHARED, *figures):
            app.add_js_file(f"{FOLDER}{name}.js", loading_method="defer")
