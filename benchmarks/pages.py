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
WORDS = {
    "ready": "from the click to the first cell that ran",
    "right": "the check of a right answer",
    "what": "what is wrong with another",
    "where": "and where",
    "loop": "a loop that does not end, after its deadline",
    "restart": "Python again, after Stop",
}


def measure(options: argparse.Namespace) -> dict:
    program = [str(ROOT / ".venv" / "bin" / "python"), "-m", "tests.pages.measure"]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        return {"missing": (done.stderr.strip().splitlines() or ["no reason given"])[-1]}
    return json.loads(done.stdout)


def table(measured: dict) -> str:
    if "missing" in measured:
        return f"Python in the pages was not measured (make book comes first): {measured['missing']}"
    rows = [[words, *(f"{measured[way][name]:.0f} ms" for way in ("http", "file"))] for name, words in WORDS.items()]
    total = sum(measured["sizes"].values()) / 1e6
    parts = ", ".join(f"{name} {size / 1e6:.2f}" for name, size in measured["sizes"].items())
    memory = f"{measured['http']['memory'] / 1e6:.0f} MB in Python, {measured['http']['renderer'] / 1e6:.0f} MB in all"
    shown = lines(["Python in a page", "from a server", "from a folder"], rows)
    return f"{shown}\nloaded after the click: {total:.2f} MB compressed ({parts}); memory: {memory}"
