"""How long a student waits for a local check, and, with --site, an author for the book.

Each check is timed with the right answer and with one that nothing explains, for which the diagnosis has to try everything. The
time spent in the student's function is taken off. The limit that the course sets itself is 200 ms.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO
from pathlib import Path
from time import perf_counter

import numpy as np
from machine import lines

ROOT = Path(__file__).parent.parent
CODE_CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(?:---\n.*?^---\n|(?::[^\n]*\n)*)(.*?)^```", re.MULTILINE | re.DOTALL)
REPEATS = 5


def measure(options) -> dict[str, object]:
    rows = []
    for source in sorted((ROOT / "solutions").glob("ps*.md")):
        rows += _problem_set(source)
    measured: dict[str, object] = {"rows": rows}
    if options.site:
        measured["site_seconds"] = _build_site()
    return measured


def table(measured) -> str:
    rows = [[f"{row['problem_set']}.{row['function']}", f"{row['right_seconds'] * 1e3:.0f} ms", f"{row['wrong_seconds'] * 1e3:.0f} ms"]
            for row in measured["rows"]]
    site = [f"\nthe book, from nothing: {measured['site_seconds']:.0f} s"] if "site_seconds" in measured else []
    return "\n".join([lines(["check", "right answer", "wrong answer"], rows), *site])


def _problem_set(source: Path) -> list[dict[str, object]]:
    """The checks of one problem set, on its own answers; none if it has no local checks."""
    name = source.stem.split("_")[0]
    try:
        checks = import_module(f"missingsum.check.{name}")
    except ModuleNotFoundError:
        return []
    answers = {"__name__": "answers"}
    with redirect_stdout(StringIO()):
        for cell in CODE_CELL.findall(source.read_text(encoding="utf-8")):
            exec(compile("\n".join(line for line in cell.splitlines() if not line.startswith(("%", "check."))), source.name, "exec"), answers)
    functions = [n for n, value in vars(checks).items() if n in answers and getattr(value, "__module__", "") == checks.__name__]
    rows = []
    for function in functions:
        check = getattr(checks, function)
        rows.append({"problem_set": name, "function": function, "right_seconds": _seconds(check, function, answers, lambda answer: answer),
                     "wrong_seconds": _seconds(check, function, answers, _spoil)})
    return rows


def _seconds(check: Callable, function: str, answers: dict[str, object], change: Callable) -> float:
    """The smallest time of the check of an answer whose result goes through ``change``, less what the answer itself takes."""
    best = np.inf
    for _ in range(REPEATS):
        spent = [0.0]
        wrapped = _beside(function, answers, change, spent)
        start = perf_counter()
        with redirect_stdout(StringIO()):
            try:
                check(wrapped)
            except AssertionError:
                pass
        best = min(best, perf_counter() - start - spent[0])
    return best


def _beside(function: str, answers: dict[str, object], change: Callable, spent: list[float]) -> Callable:
    """The answer as a function in a namespace with all the other answers, where a check looks for what it builds on."""

    def run(*arguments, **options):
        start = perf_counter()
        try:
            return change(answers[function](*arguments, **options))
        finally:
            spent[0] += perf_counter() - start

    scope = {**answers, "_run": run}
    exec(f"def {function}(*arguments, **options):\n    return _run(*arguments, **options)\n", scope)
    return scope[function]


def _spoil(answer: object) -> object:
    """The answer with a wave added to every number: wrong in a way that no slip explains."""
    if isinstance(answer, dict):
        return {key: _spoil(value) for key, value in answer.items()}
    if isinstance(answer, tuple):
        return tuple(_spoil(value) for value in answer)
    if isinstance(answer, (float, np.floating, np.ndarray)):
        values = np.asarray(answer, dtype=float)
        return values + 0.1 * np.sin(1 + np.arange(values.size)).reshape(values.shape)
    return not answer if isinstance(answer, (bool, np.bool_)) else answer


def _build_site() -> float:
    """Build the book from a copy, so that nothing is cached and nothing of the work tree changes."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "book"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "_build", "grading"))
        start = perf_counter()
        subprocess.run([ROOT / ".venv/bin/jupyter-book", "build", "-n", "-W", "--keep-going", "--quiet", "."], cwd=copy, check=True)
        return perf_counter() - start
