"""How long a reader waits for Python in a page of the built book, how much is loaded for it, and what it takes.

It runs in the project's own environment, which has the browser's driver: see ``tests/pages/measure.py``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from pathlib import Path

from machine import lines

ROOT = Path(__file__).parents[1]
TIMES = {
    "ready": ("from the click to the first cell that ran, Chromium", 4000),
    "ready_in_firefox": ("the same, Firefox", 3000),
    "right": ("the check of a right answer", 50),
    "what": ("what is wrong with another", 1000),
    "where": ("and where", 4000),
    "loop": ("a loop that does not end, after its deadline", None),
    "restart": ("Python again, after Stop", None),
}
"""What a reader waits for, and the most milliseconds that it may take."""
SIZES = {"loaded after the click": 8_000_000, "first view, more than without the button": 1024}
"""The most bytes, compressed."""


def measure(options: argparse.Namespace) -> dict:
    program = [str(ROOT / ".venv" / "bin" / "python"), "-m", "tests.pages.measure"]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        return {"missing": (done.stderr.strip().splitlines() or ["no reason given"])[-1]}
    return json.loads(done.stdout)


def table(measured: dict) -> str:
    if "missing" in measured:
        return f"Python in the pages was not measured (make book comes first): {measured['missing']}"
    ways = measured["http"], measured["file"]
    times = [
        [words, *(_time(way.get(name)) for way in ways), _limit(limit, [way.get(name) for way in ways], "ms")]
        for name, (words, limit) in TIMES.items()
    ]
    sizes = []
    for (words, limit), size in zip(SIZES.items(), (sum(measured["sizes"].values()), measured["first_view"])):
        sizes.append([words, f"{size:,}", _limit(limit, [size], "")])
    parts = ", ".join(f"{name} {size / 1e6:.2f} MB" for name, size in measured["sizes"].items())
    memory = f"{measured['http']['memory'] / 1e6:.0f} MB in Python, {measured['http']['renderer'] / 1e6:.0f} MB in all"
    return "\n".join(
        [
            lines(["Python in a page", "from a server", "from a folder", "at most"], times),
            "",
            lines(["bytes, compressed", "", "at most"], sizes),
            f"loaded: {parts}",
            f"memory: {memory}",
        ]
    )


def _time(milliseconds: float | None) -> str:
    return "–" if milliseconds is None else f"{milliseconds:.0f} ms"


def _limit(most: int | None, found: list[float | None], unit: str) -> str:
    """The limit, and whether it is kept."""
    if most is None:
        return ""
    missed = any(value is not None and value > most for value in found)
    return f"{most:,} {unit}".strip() + (" (missed)" if missed else "")
