"""Pages of the built book in Firefox, which Playwright knows only in a build of its own: ``firefox.cjs`` drives it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from in_page.node import node

from ..problem_sets import COURSE

PROGRAM = Path(__file__).with_name("firefox.cjs")
PACKAGES = COURSE.root / "_build" / "pages" / "node_modules"


def firefox() -> str | None:
    """The browser, if the machine has it."""
    return shutil.which("firefox-esr") or shutil.which("firefox")


def lacking() -> str:
    """What is not there that a visit needs; empty if nothing is missing."""
    if not firefox():
        return "Firefox"
    return "" if (PACKAGES / "puppeteer-core").is_dir() else "puppeteer-core"


def in_firefox(address: str, cells: Sequence[tuple[str, float]]) -> dict:
    """What a first visitor sees who runs these cells, each with its seconds, and asks the page of gradients.

    ``ready`` are the milliseconds from the click until the first cell has run.
    """
    done = subprocess.run(
        [str(node()), str(PROGRAM), str(firefox()), address],
        input=json.dumps(cells),
        env={**os.environ, "NODE_PATH": str(PACKAGES)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)
