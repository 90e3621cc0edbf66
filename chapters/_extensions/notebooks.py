"""Each chapter as a notebook to download, which runs as it is where NumPy, Matplotlib and ``missingsum`` are.

A chapter's text is MyST, which Jupyter does not read: roles become their words, labels go, formulas and questions
become what every notebook shows. Links lead to the published book, if there is one, and else their words stay. Cells
that only assert are left out. Measured timings come with the notebook that reads them.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

FOLDER = "_build/notebooks"
PAGE = re.compile(r"chapters/(\d\d_\w+|questions/\w+)")
GUIDE = "run-the-chapters"
RESULTS = "benchmarks/results.json"
BEFORE_DOWNLOADS_ARE_COLLECTED = 400
CELL = re.compile(
    r"^```\{code-cell\}[^\n]*\n(?P<head>---\n.*?\n---\n|(?::[^\n]*\n)*)(?P<code>.*?)^```$", re.DOTALL | re.MULTILINE
)
BRINGS = """from pathlib import Path

if not Path("{file}").exists():  # what was measured, as the chapter was built with it
    Path("{file}").parent.mkdir(exist_ok=True)
    Path("{file}").write_text({content!r}, encoding="utf-8")
"""


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", write_notebooks)
    app.connect("doctree-read", link_to_notebook, priority=BEFORE_DOWNLOADS_ARE_COLLECTED)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write_notebooks(app: Sphinx) -> None:
    folder = Path(app.srcdir, FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    results = Path(app.srcdir, RESULTS)
    address, places = app.config.html_baseurl, labels(Path(app.srcdir))
    for page in pages(Path(app.srcdir)):
        source = page.read_text("utf-8")
        if address:
            name = page.relative_to(app.srcdir).as_posix()
            source = led_to(f"{address.rstrip('/')}/", source, name, places)
        content = notebook(source, results.read_text("utf-8") if results.exists() else "")
        file = folder / f"{page.stem}.ipynb"
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        if not file.exists() or file.read_text("utf-8") != text:
            file.write_text(text, "utf-8")


def link_to_notebook(app: Sphinx, doctree: nodes.document) -> None:
    page = app.env.docname
    title = next(iter(doctree.findall(nodes.title)), None)
    if not PAGE.fullmatch(page) or title is None:
        return
    name = page.rpartition("/")[2] + ".ipynb"
    file = addnodes.download_reference("", "", nodes.literal("", name), reftarget=f"/{FOLDER}/{name}", refdoc=page)
    how = addnodes.pending_xref(
        "",
        nodes.inline("", "how to run it"),
        refdomain="std",
        reftype="ref",
        reftarget=GUIDE,
        refdoc=page,
        refexplicit=True,
    )
    line = nodes.paragraph("", "", nodes.Text("As a notebook: "), file, nodes.Text(", and "), how, classes=["opening"])
    title.parent.insert(title.parent.index(title) + 1, line)


def pages(root: Path) -> list[Path]:
    """The chapters and the pages of questions."""
    files = sorted((root / "chapters").rglob("*.md"))
    return [file for file in files if PAGE.fullmatch(file.relative_to(root).with_suffix("").as_posix())]


def labels(root: Path) -> dict[str, str]:
    """The pages of the book's labels, without their suffix."""
    return {
        label: page.relative_to(root).with_suffix("").as_posix()
        for page in sorted((root / "chapters").rglob("*.md"))
        for label in re.findall(r"^\(([\w-]+)\)=$", page.read_text("utf-8"), re.MULTILINE)
    }


def led_to(address: str, text: str, page: str, places: Mapping[str, str]) -> str:
    """The text of a page with its links to other pages and to labels led to the book at this address."""

    def link(found: re.Match) -> str:
        target, _, label = found[1].partition("#")
        place = (
            posixpath.normpath(posixpath.join(posixpath.dirname(page), target[:-3])) if target else places.get(label)
        )
        return f"]({address}{place}.html{f'#{label}' if label else ''})" if place else found[0]

    return re.sub(r"\]\(((?:[\w./-]+\.md)?(?:#[\w-]+)?)\)", link, text)


def notebook(page: str, results: str = "") -> dict:
    """A page as the content of a notebook file."""
    text = re.sub(r"\A---\n.*?\n---\n", "", page, flags=re.DOTALL)
    equations = {label: k for k, label in enumerate(re.findall(r"^```\{math\}\n:label: (.*)$", text, re.MULTILINE), 1)}
    cells = []
    if RESULTS in text:
        cells.append(code(BRINGS.format(file=RESULTS, content=results)))
    start = 0
    for found in CELL.finditer(text):
        cells += words(text[start : found.start()], equations)
        start = found.end()
        if "remove-cell" not in found["head"]:
            cells.append(code(found["code"], hidden="remove-input" in found["head"] or "hide-input" in found["head"]))
            caption = re.search(r"^    caption: >-\n((?:      .*\n)+)", found["head"], re.MULTILINE)
            cells += words(f"Figure: {' '.join(caption[1].split())}" if caption else "", equations)
    cells += words(text[start:], equations)
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def code(source: str, hidden: bool = False) -> dict:
    metadata = {"jupyter": {"source_hidden": True}} if hidden else {}
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": metadata,
        "outputs": [],
        "source": source.strip("\n").splitlines(keepends=True),
    }


def words(text: str, equations: dict[str, int]) -> Iterator[dict]:
    if plain := plain_markdown(text, equations):
        yield {"cell_type": "markdown", "metadata": {}, "source": plain.splitlines(keepends=True)}


def plain_markdown(text: str, equations: dict[str, int]) -> str:
    """MyST as the Markdown that a notebook shows: words in place of roles, no labels, no links but to addresses."""

    def formula(found: re.Match) -> str:
        tag = rf"\tag{{{equations[found[1]]}}}" + "\n" if found[1] else ""
        return f"$$\n{found[2]}{tag}$$"

    text = re.sub(r"^```\{math\}\n(?::label: ([^\n]*)\n)?(.*?)^```$", formula, text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^```\{(?:interactive|quiz)\}.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^:::\{dropdown\} (.*)$", r"**\1**\n", text, flags=re.MULTILINE)
    text = re.sub(r"^:::\{admonition\} (.*)\n(?::.*\n)*", r"**\1.** ", text, flags=re.MULTILINE)
    text = re.sub(r"^:::+$|^\([\w-]+\)=$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\{eq\}`(.*?)`", lambda found: f"({equations[found[1]]})", text)
    text = re.sub(r"\{numref\}`.*?`", "the figure", text)
    text = re.sub(r"\{\w+\}`([^`<]*?)(?:\s*<[^`]*>)?`", r"\1", text)
    text = re.sub(r"\[\]\((\S+?)\)", r"\1", text)
    text = re.sub(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\((?!https?:)[^)\s]*\)", r"\1", text)
    text = re.sub(r"\[\^\w+\](: )?", lambda found: "Note: " if found[1] else "", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")
