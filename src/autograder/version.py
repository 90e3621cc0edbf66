"""The version of a problem set, which every notebook handed out carries in its metadata.

It is a digest of the cells that students get, so that the same text always has the same version. What a submission says of its version is the
student's word: it is shown to the instructor and decides nothing, for the graded notebook takes its metadata from the current release.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.files import write

KEY = "missingsum"
NONE = "none"
"""The version of a submission that names none."""


def digest(notebook: Mapping[str, Any]) -> str:
    """The version of a notebook to hand out: a digest of its cells, whether their text is in one piece or in lines."""
    cells = [{**cell, "source": "".join(cell["source"])} for cell in notebook["cells"]]
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()[:12]


def version_in(notebook: Mapping[str, Any]) -> str:
    """The version that a notebook names, `NONE` if it names none, whatever else it may hold in that place."""
    for name in ("metadata", KEY, "version"):
        notebook = notebook.get(name) if isinstance(notebook, dict) else None
    return notebook if isinstance(notebook, str) and re.fullmatch("[0-9a-f]{12}", notebook) else NONE


@dataclass(frozen=True)
class Versions:
    """The current version, and when each known one was first released."""

    current: str = ""
    released: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, history: Path, notebook: Path) -> Versions:
        """From the released notebook and the history, a JSON file beside the gradebook that gets an entry if the version is new."""
        current = version_in(json.loads(notebook.read_bytes()))
        released = _read(history) if history.exists() else {}
        if current not in released:
            released[current] = f"{datetime.now(UTC):%Y-%m-%d}"
            write(history, json.dumps(released, indent=1))
        return cls(current, released)

    def remark(self, version: str) -> str:
        """What to tell about a submission of this version, "" if it is the current one or nobody asked."""
        if version in ("", self.current) or not self.current:
            return ""
        if version == NONE:
            return "a notebook without a version"
        if version in self.released:
            return f"the version of {self.released[version]}"
        return f"a version that is not known here ({version})"


def _read(history: Path) -> dict[str, str]:
    try:
        return dict(json.loads(history.read_bytes()))
    except (ValueError, TypeError):
        raise ValueError(
            f"{history} is damaged, and with it the days on which versions were released. Put a copy of it back, or remove it: "
            "then older versions are named without their day."
        ) from None
