"""The text of a problem set, with its answers, as nbgrader's source notebook."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode

sys.modules.setdefault("tornado.web", None)  # type: ignore[arg-type]
import jupytext  # noqa: E402 - does without the web server, which takes as long to import as all the rest

if sys.modules["tornado.web"] is None:
    del sys.modules["tornado.web"]

KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}


def source_notebook(text: Path) -> NotebookNode:
    """nbgrader's source notebook, the same at every run: cell ids follow from the grade_ids."""
    parsed = jupytext.read(text)
    for number, cell in enumerate(parsed.cells):
        cell.id = cell.metadata.get("nbgrader", {}).get("grade_id") or f"text-{number}"
        if cell.cell_type == "code":
            cell.execution_count, cell.outputs = None, []
    notebook = nbformat.v4.new_notebook(cells=parsed.cells)
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNELSPEC, "language_info": {"name": "python"}})
    notebook.nbformat_minor = 5
    nbformat.validate(notebook)
    return notebook
