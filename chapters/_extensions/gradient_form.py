"""The directive ``{gradient-form}``: the form of the page *What is wrong with my gradient?*.

It is plain HTML, with the forwards and the examples as data in it. `_static/gradient/gradient.js`, which only this page
loads, fills its fields; what is pasted is run by `in_page`, after a click.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from html import escape

from docutils import nodes
from gradient_examples import EXAMPLES, FORWARDS
from own_files import keep_off_other_pages
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

FOLDER = "gradient/"
STYLES = """
.gradient-form :is(p, div) { margin-bottom: 0.75rem }
.gradient-form label { display: block }
.gradient-form textarea {
  width: 100%; padding: 0.5rem; font: 0.875em var(--pst-font-family-monospace); color: var(--pst-color-text-base);
  background: var(--pst-color-background); border: 1px solid var(--pst-color-text-muted); border-radius: 0.3rem
}
.gradient-form select {
  color: var(--pst-color-text-base); background: var(--pst-color-background);
  max-width: 100%; padding: 0.2rem; border: 1px solid var(--pst-color-text-muted); border-radius: 0.3rem
}
"""
WAYS = {
    "names": "as the names of its parameters say",
    "input": "(input, upstream gradient)",
    "output": "(output, upstream gradient)",
    "targets": "(input, targets): the gradient of a mean loss",
}


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("gradient-form", GradientForm)
    keep_off_other_pages(app, FOLDER)
    app.connect("html-page-context", load_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class gradient_form(nodes.raw):
    """The form."""


class GradientForm(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(__file__)
        return [gradient_form("", form(), format="html")]


def form() -> str:
    def options(pairs: dict[str, str]) -> str:
        return "".join(f'<option value="{escape(value)}">{escape(words)}</option>' for value, words in pairs.items())

    ready = {"": "my own", **{name: forward.name for name, forward in FORWARDS.items()}}
    examples = {"": "none", **{str(number): example.title for number, example in enumerate(EXAMPLES)}}
    ready_made = {
        "forwards": {name: forward.code for name, forward in FORWARDS.items()},
        "examples": [asdict(example) for example in EXAMPLES],
    }
    data = json.dumps(ready_made).replace("</", "<\\/")
    return f"""<style>{STYLES}</style>
<form class="gradient-form" hidden>
<p><label>A mistake to look at: <select name="example">{options(examples)}</select></label></p>
<p><label>The forward function is <select name="ready">{options(ready)}</select></label></p>
<div><label for="gradient-forward">Forward: takes a batch of shape (n, c), one example a row</label>
<textarea id="gradient-forward" name="forward" rows="5" spellcheck="false" autocapitalize="off"></textarea></div>
<div><label for="gradient-backward">Backward: any name, two arguments</label>
<textarea id="gradient-backward" name="backward" rows="6" spellcheck="false" autocapitalize="off"></textarea></div>
<p><label>Its arguments are <select name="way">{options(WAYS)}</select></label></p>
<p class="in-page"><button type="submit">What is wrong?</button> <button type="button" name="stop" hidden>Stop</button>
<button type="button" name="link">Put a link to this into the address bar</button>
<span role="status"></span></p>
<div class="answer"></div>
<script type="application/json">{data}</script>
</form>
<noscript><p>The form of this page needs JavaScript.</p></noscript>"""


def load_script(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    if doctree and next(iter(doctree.findall(gradient_form)), None):
        app.add_js_file(f"{FOLDER}gradient.js", loading_method="defer")
