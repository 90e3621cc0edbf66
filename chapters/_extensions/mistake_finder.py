"""The directive ``{mistake-finder}``: paste numbers computed on the gallery's input, and hear which mistake they are.

All right and wrong answers to the questions of the gallery are put into the page as a table; a script compares. A
number matches if it agrees with the computed one to the digits that were given.
"""

from __future__ import annotations

import json
from functools import cache

import numpy as np
from docutils import nodes
from practice.task import softmax
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from missingsum import gallery
from missingsum.slips import SLIPS

GALLERY = "chapters/gallery"
SCRIPTS = ("quiz/made.js", "quiz/mistake_finder.js")


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("mistake-finder", MistakeFinder)
    app.add_node(finder, html=(open_finder, close_finder))
    app.connect("html-page-context", load_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class finder(nodes.General, nodes.Element):
    """The field, and the table that it looks into."""


class MistakeFinder(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(gallery.__file__)
        return [finder(page=self.env.docname)]


@cache
def table() -> list[dict]:
    """For each question what is asked, the shape and numbers of the right answer, and [slip, numbers] of wrong ones."""
    questions: dict[str, dict] = {}
    for slip, asked, right, _, _, wrong in gallery.wrong_answers(softmax):
        if not (np.isfinite(right).all() and np.isfinite(wrong).all()):
            continue
        entry = questions.setdefault(
            asked, {"asked": asked, "columns": columns(right), "right": numbers(right), "wrong": []}
        )
        values = numbers(wrong)
        if values != entry["right"] and [slip, values] not in entry["wrong"]:
            entry["wrong"].append([slip, values])
    return list(questions.values())


def columns(values: np.ndarray) -> int:
    return np.shape(values)[-1] if np.ndim(values) else 1


def numbers(values: np.ndarray) -> list[float]:
    return [float(f"{value:.7g}") + 0.0 for value in np.ravel(np.round(values, gallery.DECIMALS))]


def open_finder(translator, node: finder) -> None:
    here = translator.builder.get_relative_uri(node["page"], GALLERY)
    questions = table()
    named = {slip for question in questions for slip, _ in question["wrong"]}
    words = {slip: SLIPS[slip].explanation for slip in SLIPS if slip in named}
    data = json.dumps({"gallery": here, "words": words, "questions": questions}, ensure_ascii=False)
    data = data.replace("<", r"\u003c")
    translator.body.append(
        f'<mistake-finder><script type="application/json">{data}</script>'
        "<noscript><p>With JavaScript, numbers can be pasted here.</p></noscript>"
    )


def close_finder(translator, node: finder) -> None:
    translator.body.append("</mistake-finder>\n")


def load_files(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    if doctree is not None and any(True for _ in doctree.findall(finder)):
        app.add_css_file("quiz/quiz.css")
        for script in SCRIPTS:
            app.add_js_file(script, loading_method="defer")
