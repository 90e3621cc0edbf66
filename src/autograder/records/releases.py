"""Which versions of a problem set this instructor released, and when (see `judging.version`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from autograder.judging.version import NONE, version_in
from autograder.records.atomic import write


@dataclass(frozen=True)
class Releases:
    """The current version, and when each known one was first released."""

    current: str = ""
    first_released: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, history: Path, notebook: Path) -> Releases:
        """From the released notebook and the history, a JSON file beside the gradebook.

        A version that is new gets an entry there.
        """
        current = version_in(json.loads(notebook.read_bytes()))
        first_released = _read(history) if history.exists() else {}
        if current not in first_released:
            first_released[current] = f"{datetime.now(UTC):%Y-%m-%d}"
            write(history, json.dumps(first_released, indent=1))
        return cls(current, first_released)

    def remark(self, version: str) -> str:
        """What to tell about a submission of this version, "" if it is the current one or nobody asked."""
        if version in ("", self.current) or not self.current:
            return ""
        if version == NONE:
            return "a notebook without a version"
        if version in self.first_released:
            return f"the version of {self.first_released[version]}"
        return f"a version that is not known here ({version})"


def _read(history: Path) -> dict[str, str]:
    try:
        return dict(json.loads(history.read_bytes()))
    except (ValueError, TypeError):
        raise ValueError(
            f"{history} is damaged, and with it the days on which versions were released. Put a copy of it back, or "
            "remove it: then older versions are named without their day."
        ) from None
