"""Attacks by the notebook itself: each function turns the bytes of an honest notebook into those of a hostile one.

`EARNS_ALL` leave the answers right, so that they earn what they are worth and no more; `UNREADABLE` must be refused,
each with a message of which a part stands beside it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

ACTIVE_MARKDOWN = """\
<script>window.owned = 'script'</script> <img src=x onerror="window.owned = 'event handler'"> \
<svg onload="window.owned = 'svg'"></svg>
<iframe srcdoc="<script>parent.owned = 'frame'</script>"></iframe> \
<style>@import 'http://attacker.example/a.css'; body { display: none }</style>
<link rel=stylesheet href='http://attacker.example/b.css'> <base href='http://attacker.example/'>
![picture](http://attacker.example/c.png) ![picture][ref] \
[link](javascript:window.owned=1) [link](files/javascript:window.owned=1)
<javascript:window.owned=1> [link](java&#115;cript:window.owned=1) \
[link](javascript&colon;window.owned=1) [link](javascript\\:window.owned=1)
[link](data:text/html,<script>opener.owned=1</script>) $\\href{javascript:window.owned=1}{x}$ \
$\\bbox[background:url(http://attacker.example/d.png)]{x}$

[ref]: http://attacker.example/e.png

```mermaid
</pre><img src=x onerror="window.owned = 'mermaid'">
```
"""
ACTIVE_HTML = (
    "<script>window.owned = 'output'</script>"
    "<img src='http://attacker.example/f.png' onerror=\"window.owned = 'output'\">"
)
ACTIVE_DATA = {
    "text/html": ACTIVE_HTML,
    "application/javascript": "window.owned = 'javascript output'",
    "image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' onload=\"window.owned = 'svg output'\"/>",
    "text/markdown": ACTIVE_MARKDOWN,
    "text/latex": "$\\href{javascript:window.owned=1}{x}$</div>" + ACTIVE_HTML,
}

Edit = Callable[[bytes], bytes]


def edited(change: Callable[[dict[str, Any]], None]) -> Edit:
    def edit(honest: bytes) -> bytes:
        notebook = json.loads(honest)
        change(notebook)
        return json.dumps(notebook).encode()

    return edit


def graded_by(notebook: dict, name: str) -> dict:
    """The cell with this grade_id."""
    return next(cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == name)


@edited
def shows_active_content(notebook):
    """Scripts, frames, event handlers, styles, addresses in answers, new cells, outputs, attachments, metadata."""
    written = next(
        cell
        for cell in notebook["cells"]
        if cell["cell_type"] == "markdown" and cell["metadata"].get("nbgrader", {}).get("solution")
    )
    written["source"] = ACTIVE_MARKDOWN
    written["attachments"] = {"a.svg": {"image/svg+xml": ACTIVE_DATA["image/svg+xml"]}}
    outputs = [
        *(
            {"output_type": "display_data", "metadata": {"isolated": True}, "data": {kind: data}}
            for kind, data in ACTIVE_DATA.items()
        ),
        {"output_type": "stream", "name": "stdout", "text": ACTIVE_HTML},
        {"output_type": "error", "ename": ACTIVE_HTML, "evalue": ACTIVE_HTML, "traceback": [ACTIVE_HTML]},
    ]
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = outputs
            cell["metadata"]["tags"] = [f'"{ACTIVE_HTML}']
    notebook["cells"] += [
        {"cell_type": "markdown", "metadata": {}, "source": ACTIVE_MARKDOWN},
        {"cell_type": "raw", "metadata": {"raw_mimetype": "text/html"}, "source": ACTIVE_HTML},
        {
            "cell_type": "code",
            "metadata": {},
            "execution_count": None,
            "outputs": outputs,
            "source": f"'''\n{ACTIVE_HTML}\n'''",
        },
    ]
    notebook["metadata"]["widgets"] = {
        "application/vnd.jupyter.widget-state+json": {"state": f"</script>{ACTIVE_HTML}"}
    }
    notebook["metadata"]["title"] = f"</title>{ACTIVE_HTML}"


@edited
def gives_itself_points(notebook):
    """A thousand points in each check's metadata, text and output."""
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"] |= {"points": 1000, "locked": False}
            if cell["metadata"]["nbgrader"]["grade"]:
                cell["source"] = "1000.0"
                cell["outputs"] = [
                    {
                        "output_type": "execute_result",
                        "execution_count": 1,
                        "metadata": {},
                        "data": {"text/plain": "1000.0"},
                    }
                ]


@edited
def unlocks_everything(notebook):
    """Says of every cell that it is the student's own to write, and takes the checks away."""
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"] and cell["metadata"]["nbgrader"]["grade"] and cell["cell_type"] == "code":
            cell |= {"cell_type": "raw", "source": "nothing to check"}
        cell["metadata"].get("nbgrader", {}).update(
            {"solution": True, "locked": False, "cell_type": "raw", "checksum": "0" * 32}
        )


@edited
def swaps_two_cells(notebook):
    """Two answers under each other's name: what they define is the same."""
    first, second = graded_by(notebook, "softmax_forward"), graded_by(notebook, "softmax_backward")
    first["source"], second["source"] = second["source"], first["source"]


@edited
def says_everything_twice(notebook):
    """Each cell again, under the same name and id."""
    notebook["cells"] += json.loads(json.dumps(notebook["cells"]))


@edited
def names_a_kernel(notebook):
    """A kernel that is a program of its own choice, in another language."""
    notebook["metadata"]["kernelspec"] = {
        "name": "../../../../tmp/evil",
        "display_name": ACTIVE_HTML,
        "language": "bash; touch /tmp/owned_by_mallory",
    }
    notebook["metadata"]["language_info"] = {
        "name": "bash",
        "file_extension": "/../../x.sh",
        "pygments_lexer": "../../x",
    }


@edited
def speaks_tomorrows_schema(notebook):
    """Versions that nbformat and nbgrader do not know, at which stock nbgrader ends the whole run."""
    notebook["nbformat_minor"] = 999
    for cell in notebook["cells"]:
        cell["metadata"].get("nbgrader", {}).update(schema_version=9)


@edited
def puts_odd_things_everywhere(notebook):
    """Numbers beyond any type, half characters, and lists in the place of objects, where they must not matter."""
    notebook |= {"nbformat_minor": 10**400, "worksheets": [[]], "metadata": [], "\ud800": "\ud800"}
    for cell in notebook["cells"]:
        cell |= {"id": {"x": []}, "execution_count": "1e999", "outputs": {"output_type": []}, "attachments": 3}
    graded_by(notebook, "softmax_forward")["source"] += "\n# \ud800 \u202e"


@edited
def writes_without_end(notebook):
    """Text at which a renderer of Markdown takes time that grows with its square."""
    notebook["cells"].append({"cell_type": "markdown", "metadata": {}, "source": r"\\[" * 60_000})


EARNS_ALL: dict[str, tuple[Edit, str]] = {
    "shows_active_content": (shows_active_content, ""),
    "gives_itself_points": (gives_itself_points, "The locked cell test_softmax_forward had been changed"),
    "unlocks_everything": (unlocks_everything, "had been changed"),
    "swaps_two_cells": (swaps_two_cells, ""),
    "says_everything_twice": (says_everything_twice, ""),
    "names_a_kernel": (names_a_kernel, ""),
    "speaks_tomorrows_schema": (speaks_tomorrows_schema, ""),
    "puts_odd_things_everywhere": (puts_odd_things_everywhere, ""),
    "writes_without_end": (writes_without_end, "more than 20000 characters together"),
}
"""Each with a part of the notice that the student gets, "" if there is none."""

UNREADABLE: dict[str, tuple[Edit, str]] = {
    "hands_in_half_a_notebook": (lambda honest: honest[: len(honest) // 2], "no valid JSON"),
    "hands_in_utf_16": (lambda honest: honest.decode().encode("utf-16"), "no valid JSON"),
    "hands_in_a_number": (lambda honest: b"9" * 1_000_000, "no valid JSON"),
    "hands_in_tiny_objects": (lambda honest: b"[" + b"{}," * 6_000_000 + b"{}]", "more than 500,000 lines and values"),
    "hands_in_brackets": (lambda honest: b"[" * 400_000 + b"]" * 400_000, "no valid JSON"),
    "hands_in_one_endless_text": (lambda honest: b'{"cells": "' + b'\\"' * 4_000_000, "no valid JSON"),
    "hands_in_many_cells": (
        edited(lambda notebook: notebook["cells"].extend([{"cell_type": "code"}] * 100_000)),
        "at most 1000",
    ),
    "hands_in_a_long_cell": (
        edited(lambda notebook: notebook["cells"].append({"cell_type": "code", "source": "x = 1\n" * 50_000})),
        "at most 200000",
    ),
    "hands_in_cells_of_numbers": (edited(lambda notebook: notebook["cells"].append(7)), "something that is no cell"),
    "hands_in_text_of_numbers": (
        edited(lambda notebook: notebook["cells"].append({"cell_type": "code", "source": [7]})),
        "is no text",
    ),
    "hands_in_no_names": (
        edited(lambda notebook: [cell.update(metadata=["nbgrader"]) for cell in notebook["cells"]]),
        "is it another notebook",
    ),
    "hands_in_the_future": (lambda honest: b'{"nbformat": 99, "worksheets": []}', "format 4"),
}
