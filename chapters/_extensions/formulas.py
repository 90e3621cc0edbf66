"""Typeset the formulas when the site is built, with KaTeX under Node, as HTML to see and MathML to hear.

A reader's browser has nothing left to do: the style sheet brings the fonts along, cut down to the glyphs of this site.
A formula that KaTeX does not know is a warning, which fails the build. Without Node, formulas are left to MathJax in
the browser (`offline_site`).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from string import printable

import fonts
import node_packages
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

PROGRAM = Path(__file__).with_name("typeset.js")
STYLES = "katex/katex.css"
FACE = re.compile(
    r'@font-face\{[^}]*family:"?KaTeX_(\w+)"?;font-style:(\w+);font-weight:(\d+);[^}]*fonts/([\w-]+\.ttf)[^}]*\}'
)
PLAIN = {("Main", "normal", "400"), ("Math", "italic", "400"), *((f"Size{k}", "normal", "400") for k in range(1, 5))}
"""The faces that nearly all formulas are in: family, style and weight."""
STYLED = re.compile(r"((?:\.katex \.\w+,?)+)\{([^{}]*font-[^{}]*)\}")
LETTERS = re.compile(r'<span class="m[a-z]+ ([\w ]+)"[^>]*>([^<]+)<')
NUMBERED = re.compile(r"\\(begin|end)\{(align|alignat|equation|gather|multline)\}")
CLOSES = re.compile(r"[.,;:!?)\]’”%]+")
"""What must not begin a line: it stays with the formula that it follows."""

log = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, bool]:
    typesetter = Typesetter()
    app.add_html_math_renderer("katex", (inline(typesetter), None), (display(typesetter), None))
    app.connect("config-inited", choose_renderer)
    app.connect("doctree-resolved", keep_punctuation_with_its_formula)
    app.connect("html-page-context", tell_which_pages_have_formulas)
    app.connect("build-finished", lambda app, error: typesetter.stop())
    app.connect("build-finished", copy_styles)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def choose_renderer(app: Sphinx, config: Config) -> None:
    config.html_math_renderer = "katex" if node_packages.folder("katex") else "mathjax"


class Typesetter:
    """One process of Node for all formulas of a build, started for the first one."""

    def __init__(self) -> None:
        self.process: subprocess.Popen | None = None
        self.html = cache(self._html)

    def _html(self, tex: str, display: bool) -> str:
        """The formula as HTML.

        Raises:
            ValueError: KaTeX does not know what is in it.
        """
        if self.process is None:
            place = node_packages.folder("katex")
            assert place, "the renderer was chosen because KaTeX is there"
            self.process = subprocess.Popen(
                [str(node_packages.node()), str(PROGRAM)],
                env={**os.environ, "NODE_PATH": str(place.parent)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
        print(json.dumps({"tex": tex, "display": display}), file=self.process.stdin, flush=True)
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer["html"]

    def stop(self) -> None:
        if self.process:
            self.process.communicate()
            self.process = None


def inline(typesetter: Typesetter) -> Callable:
    def visit(self, node: nodes.math) -> None:
        self.body.append(self.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
        self.body.append(typeset(self, typesetter, node, node.astext(), False) + "</span>")
        raise nodes.SkipNode

    return visit


def display(typesetter: Typesetter) -> Callable:
    def visit(self, node: nodes.math_block) -> None:
        self.body.append(self.starttag(node, "div", CLASS="math notranslate nohighlight"))
        if node["number"]:
            self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
            self.add_permalink_ref(node, "Link to this equation")
            self.body.append("</span>")
        tex = node.astext() if node["nowrap"] else laid_out(node.astext())
        self.body.append(typeset(self, typesetter, node, NUMBERED.sub(r"\\\1{\2*}", tex), True) + "</div>\n")
        raise nodes.SkipNode

    return visit


def typeset(translator, typesetter: Typesetter, node: nodes.Element, tex: str, display: bool) -> str:
    try:
        return typesetter.html(tex, display)
    except ValueError as error:
        log.warning("a formula cannot be typeset: %s", error, location=node)
        return f"<code>{translator.encode(tex)}</code>"


def laid_out(tex: str) -> str:
    """Lines that are broken by ``\\\\`` or by an empty line stand below each other, as Sphinx has them."""
    parts = [part for part in tex.split("\n\n") if part.strip()]
    lines = r"\\".join(rf"\begin{{split}}{part}\end{{split}}" if r"\\" in part else part for part in parts)
    return rf"\begin{{aligned}}{lines}\end{{aligned}}" if len(parts) > 1 else lines


def keep_punctuation_with_its_formula(app: Sphinx, doctree: nodes.document, page: str) -> None:
    for formula in list(doctree.findall(nodes.math)):
        rest = formula.next_node(descend=False, siblings=True)
        if isinstance(rest, nodes.Text) and (closing := CLOSES.match(rest)):
            parent, place = formula.parent, formula.parent.index(formula)
            together = nodes.inline("", "", formula, nodes.Text(closing[0]), classes=["together"])
            parent[place : place + 2] = [together, nodes.Text(rest[closing.end() :])]


def tell_which_pages_have_formulas(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    typeset_here = app.config.html_math_renderer == "katex" and 'class="katex' in context.get("body", "")
    context["formulas"] = STYLES if typeset_here else ""


def copy_styles(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.format != "html" or app.config.html_math_renderer != "katex":
        return
    source, target = node_packages.folder("katex") / "dist", Path(app.outdir, "_static", STYLES)
    target.parent.mkdir(parents=True, exist_ok=True)
    styles = (source / "katex.min.css").read_text("utf-8")
    used = characters_of_faces(styles, [page.read_text("utf-8") for page in fonts.pages(Path(app.outdir))])

    def smaller(face: re.Match) -> str:
        if not (characters := used.get(face.groups()[:3])):
            return ""
        font = fonts.only(frozenset(characters), source / "fonts" / face[4])
        return re.sub(r"src:[^}]*", lambda _: f"src:{fonts.embedded(font)}", face[0])

    target.write_text(FACE.sub(smaller, styles), "utf-8")


def characters_of_faces(styles: str, pages: list[str]) -> dict[tuple[str, str, str], set[str]]:
    """For each face that the pages use, by family, style and weight, what stands in it."""
    face_of = {}
    for names, style in STYLED.findall(styles):
        own = dict(part.split(":") for part in style.split(";"))
        family = own.get("font-family", "KaTeX_Main").strip('"').removeprefix("KaTeX_")
        for name in re.findall(r"\.(\w+)(?:,|$)", names):
            face_of[name] = (family, own.get("font-style", "normal"), own.get("font-weight", "400"))
    used = {face: set().union(printable, *pages) for face in PLAIN}
    for page in pages:
        for names, letters in LETTERS.findall(page):
            for name in face_of.keys() & names.split():
                used.setdefault(face_of[name], set()).update(letters)
    return used
