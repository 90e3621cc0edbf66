"""The version of a problem set, which every notebook handed out carries in its metadata.

It is a digest of the cells that students get, so that the same text always has the same version. What a submission says
of its version is the student's word: it is shown to the instructor and decides nothing, for the graded notebook takes
its metadata from the current release.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

KEY = "missingsum"
NONE = "none"
"""The version of a submission that names none."""


def digest(notebook: Mapping[str, Any]) -> str:
    """The version of a notebook to hand out: a digest of its cells, whether their text is in one piece or in lines."""
    cells = [{**cell, "source": "".join(cell["source"])} for cell in notebook["cells"]]
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()[:12]


def version_in(notebook: object) -> str:
    """The version that a notebook names, `NONE` if it names none, whatever else it may hold in that place."""
    for name in ("metadata", KEY, "version"):
        notebook = notebook.get(name) if isinstance(notebook, dict) else None
    return notebook if isinstance(notebook, str) and re.fullmatch("[0-9a-f]{12}", notebook) else NONE
