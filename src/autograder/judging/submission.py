"""Read a submitted notebook without trusting any byte of it.

Only the sources of the student's own cells are taken over. All else (locked cells, metadata, kernel, outputs,
attachments) comes from the released notebook.
"""

from __future__ import annotations

import copy
import json
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.judging.version import version_in
from autograder.text import printable

MAX_BYTES = 20_000_000
MAX_VALUES = 500_000
"""Objects, lists, numbers and texts in the file: Python objects take fifty times the memory of their characters."""
MAX_SOURCE = 200_000
MAX_CELLS = 1000
MAX_WRITTEN = 20_000
"""Characters in all Markdown cells of the student: rendering them may take time that grows with their square."""

_STRING = re.compile(r'"(?>[^"\\]+|\\.?)*+(?:"|\Z)', flags=re.DOTALL)


class Unreadable(Exception):
    """The submission cannot be graded at all; the message tells the student why and what to do."""


@dataclass(frozen=True)
class Submission:
    """A sanitised submission.

    It has the notebook to show and to grade, remarks on what had to be mended, and the version it says it is of.
    """

    notebook: dict[str, Any]
    notices: tuple[str, ...] = ()
    version: str = ""

    def source(self, grade_id: str) -> str:
        """The source of the cell with this grade_id, "" if there is none."""
        return next((cell["source"] for cell in self.notebook["cells"] if grade_id_of(cell) == grade_id), "")

    @property
    def sources(self) -> dict[str, str]:
        """The source of each cell of code that has a grade_id."""
        cells = [cell for cell in self.notebook["cells"] if cell["cell_type"] == "code" and grade_id_of(cell)]
        return {grade_id_of(cell): cell["source"] for cell in cells}

    @property
    def answers(self) -> list[str]:
        """What the student wrote: the source of every cell that is not locked."""
        return [cell["source"] for cell in self.notebook["cells"] if not grade_id_of(cell) or not is_locked(cell)]

    def code_cells(self) -> list[tuple[str, str]]:
        """(label, source) of all code cells to run, in order: every one but the visible checks."""
        cells = []
        for number, cell in enumerate(self.notebook["cells"]):
            if cell["cell_type"] == "code" and not is_visible_check(cell):
                cells.append((grade_id_of(cell) or f"number {number + 1}", cell["source"]))
        return cells


AS_IT_IS = os.O_RDONLY
"""How to open a file and nothing that it leads to; a system has some of these, and none has all."""
for _flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):
    AS_IT_IS |= getattr(os, _flag, 0)


def find(folder: Path, assignment: str) -> Path:
    """The notebook handed in under ``folder`` (``<student>/<assignment>``); `Unreadable` if there is no single one."""
    if os.path.islink(folder) or os.path.islink(folder.parent):
        raise Unreadable("The folder is a link, perhaps to somebody else's. Hand in a folder of your own.")
    try:
        notebooks = sorted(entry.path for entry in os.scandir(folder) if entry.name.endswith(".ipynb"))
    except OSError:
        raise Unreadable(f"There is no folder {assignment} in this submission.") from None
    expected = os.path.join(folder, f"{assignment}.ipynb")
    if expected in notebooks:
        return Path(expected)
    if not notebooks:
        raise Unreadable(f"The folder holds no notebook. Hand in {assignment}.ipynb.")
    if len(notebooks) > 1:
        names = ", ".join(printable(os.path.basename(path)) for path in notebooks[:5])
        raise Unreadable(
            f"The folder holds several notebooks ({names}) and none is named {assignment}.ipynb. Hand in one."
        )
    return Path(notebooks[0])


def read_bytes(path: Path) -> bytes:
    """The file's bytes; `Unreadable` if it is a link, no regular file, or larger than `MAX_BYTES`."""
    try:
        _require_ordinary(os.lstat(path))  # opening a device may already do something
        descriptor = os.open(path, AS_IT_IS)
    except OSError as error:
        raise Unreadable(
            f"The file cannot be opened ({error.strerror}). Hand in the notebook itself, not a link to it."
        ) from None
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        _require_ordinary(status)
        if status.st_size > MAX_BYTES:
            raise Unreadable(
                f"The notebook has {status.st_size / 1e6:.0f} MB; at most {MAX_BYTES / 1e6:.0f} MB are read. "
                "Clear all outputs, save, and hand in again."
            )
        return file.read(MAX_BYTES + 1)


def _require_ordinary(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
        raise Unreadable("The file is no ordinary file of its own. Hand in the notebook itself, not a link to it.")


def load_notebook(content: bytes) -> dict[str, Any]:
    """The released notebook, with each cell's source as one string."""
    released = json.loads(content)
    for cell in released["cells"]:
        cell["source"] = "".join(cell["source"])
    return released


def parse(content: bytes, released: dict[str, Any]) -> Submission:
    """The sanitised submission; `Unreadable` if ``content`` is no notebook, or not one of this problem set."""
    cells, version = _cells(content)
    owned = {grade_id_of(cell): cell for cell in released["cells"] if grade_id_of(cell)}
    if not any(grade_id_of(cell) in owned for cell in cells):
        raise Unreadable("None of this problem set's cells are in the notebook: is it another notebook?")
    notices: list[str] = []
    kept: list[dict[str, Any]] = []
    seen: set[str] = set()
    for cell in cells:
        name = grade_id_of(cell)
        if name in owned and name not in seen:
            seen.add(name)
            kept.append(_restored(owned[name], cell, notices))
        elif name in owned and is_locked(owned[name]):
            continue
        else:
            kept.append(_plain(cell))
    _shorten(kept, owned, notices)
    _insert_missing(kept, released, seen, notices)
    for number, cell in enumerate(kept):
        cell["id"] = grade_id_of(cell) or f"cell-{number}"
    notebook = {key: copy.deepcopy(released[key]) for key in ("metadata", "nbformat", "nbformat_minor")}
    return Submission({**notebook, "cells": kept}, tuple(notices), version)


def blank(released: dict[str, Any]) -> Submission:
    """The submission that stands for one that could not be read: the problem set as released."""
    return Submission(copy.deepcopy(released))


def grade_id_of(cell: dict[str, Any]) -> str:
    """The nbgrader grade_id of a cell, "" if it has none."""
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return grade_id if isinstance(grade_id, str) else ""


def is_locked(cell: dict[str, Any]) -> bool:
    return not cell["metadata"]["nbgrader"]["solution"]


def is_graded(cell: dict[str, Any]) -> bool:
    """Whether this cell carries points."""
    return bool(grade_id_of(cell)) and cell["metadata"]["nbgrader"]["grade"]


def is_visible_check(cell: dict[str, Any]) -> bool:
    """Whether this is a locked cell that carries points: the visible check of one function."""
    return is_graded(cell) and is_locked(cell)


def _cells(content: bytes) -> tuple[list[dict[str, Any]], str]:
    """The cells as plain dicts, and the version that the notebook names.

    Each has cell_type, source (str) and metadata (dict).
    """
    try:
        text = content.decode("utf-8-sig")
        if _values(text) > MAX_VALUES:
            raise Unreadable(
                f"The notebook holds more than {MAX_VALUES:,} lines and values, nearly all of them outputs. "
                "Clear all outputs, save, and hand in again."
            )
        notebook = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable(
            "The file is not a notebook (it is no valid JSON). "
            "Open it in Jupyter, save it again, and hand in that file."
        ) from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise Unreadable(
            "The file is not a notebook of format 4. Open it in a current Jupyter, save it, and hand in that file."
        )
    if len(notebook["cells"]) > MAX_CELLS:
        raise Unreadable(f"The notebook has {len(notebook['cells'])} cells; at most {MAX_CELLS} are read.")
    cells = []
    for cell in notebook["cells"]:
        if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
            raise Unreadable("The notebook holds something that is no cell. Save it in Jupyter and hand in that file.")
        source = cell.get("source", "")
        if isinstance(source, list) and all(isinstance(line, str) for line in source):
            source = "".join(source)
        if not isinstance(source, str):
            raise Unreadable("The source of a cell is no text. Save the notebook in Jupyter and hand in that file.")
        if len(source) > MAX_SOURCE:
            raise Unreadable(f"A cell has {len(source)} characters; at most {MAX_SOURCE} are read.")
        source = source.encode("utf-8", "replace").decode("utf-8")
        cells.append({"cell_type": cell["cell_type"], "source": source, "metadata": cell.get("metadata")})
    return cells, version_in(notebook)


def _values(text: str) -> int:
    """At least as many values as this JSON text holds."""
    outside = _STRING.sub("", text)
    return sum(map(outside.count, "[{,:"))


def _restored(original: dict[str, Any], cell: dict[str, Any], notices: list[str]) -> dict[str, Any]:
    """The released cell, with the student's source if it is theirs to write."""
    restored = copy.deepcopy(original)
    name = grade_id_of(original)
    if not is_locked(original):
        source = cell["source"]
        restored["source"] = source if original["cell_type"] == "code" else inert_markdown(source)
    elif cell["source"] != original["source"]:
        notices.append(f"The locked cell {name} had been changed; its original was used.")
    return restored


def _plain(cell: dict[str, Any]) -> dict[str, Any]:
    """A cell that the student added, without metadata, outputs and active markup."""
    if cell["cell_type"] == "code":
        return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": cell["source"]}
    return {"cell_type": "markdown", "metadata": {}, "source": inert_markdown(cell["source"])}


def _shorten(kept: list[dict[str, Any]], owned: dict[str, Any], notices: list[str]) -> None:
    """Leave the first `MAX_WRITTEN` characters of what the student wrote in Markdown."""
    left = MAX_WRITTEN
    for cell in kept:
        locked = grade_id_of(cell) in owned and is_locked(cell)
        if cell["cell_type"] == "markdown" and not locked:
            if len(cell["source"]) > left:
                notices.append(
                    f"The texts have more than {MAX_WRITTEN} characters together; the rest of them was left out."
                )
            cell["source"] = cell["source"][:left]
            left -= len(cell["source"])


def _insert_missing(kept: list[dict], released: dict[str, Any], seen: set[str], notices: list[str]) -> None:
    """Put back every released cell with a grade_id that is not there, behind the one that it followed."""
    previous = ""
    for original in released["cells"]:
        name = grade_id_of(original)
        if not name:
            continue
        if name not in seen:
            place = next((k + 1 for k, cell in enumerate(kept) if grade_id_of(cell) == previous), 0) if previous else 0
            kept.insert(place, copy.deepcopy(original))
            notices.append(f"The cell {name} was missing; it was put back as it was handed out.")
        previous = name


def inert_markdown(text: str) -> str:
    """The same words with nothing that a renderer would run or load.

    That is: no HTML tag or entity, no image or diagram, no script address, no TeX that makes one.
    """
    text = re.sub(r"<(?=[A-Za-z/!?])", "< ", text)
    text = re.sub(r"&(?=#?\w)", "& ", text)
    text = text.replace("![", "! [")
    text = re.sub(r"(?<=[`~]{3})([ \t]*)(?=mermaid)", r"\1a ", text)
    text = re.sub(
        r"\\(?=(href|url|style|class|cssId|require|unicode|bbox|mmlToken"
        r"|(re|provide)?newcommand|newenvironment|[gex]?def|let)(?![A-Za-z]))",
        r"\\ ",
        text,
    )
    return re.sub(r"(?i)\b(javascript|vbscript|data|file)(?=\s*\\?:)", r"\1 ", text)
