"""What a course of somebody's own begins with: the files that lie here, beside nbgrader's settings."""

from __future__ import annotations

import shutil
from pathlib import Path

HERE = Path(__file__).parent
FILES = ("course.toml", "sets/ps1_unit.md", "hidden/__init__.py", "hidden/ps1_unit.py")
SETTINGS = "nbgrader_config.py"


def begin(folder: Path) -> list[Path]:
    """Write them into ``folder`` and return their paths; FileExistsError if something is there already.

    A folder that is made for them lets its owner in alone: answers and grades will lie there.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(17, "there is something already; name a folder that is empty, or new", str(folder))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = []
    for name in (*FILES, SETTINGS):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_settings() if name == SETTINGS else HERE / name, target)
        made.append(target)
    return made


def _settings() -> Path:
    """nbgrader's settings of this course: in an installed package beside this file, in a checkout at its root."""
    packed = HERE / SETTINGS
    return packed if packed.is_file() else HERE.parents[3] / SETTINGS
