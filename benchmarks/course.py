"""How long a student waits for a local check, and, with --site, an author for the book.

Each check is timed with the right answer and with one that nothing explains, for which the diagnosis has to try
everything. It is processor time, less what is spent in the student's functions: the one that is checked, and those it
is measured against. The limit that the course sets itself is 200 ms.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from machine import lines

ROOT = Path(__file__).parent.parent
BUNDLE = "_build/missing-sum-student.zip"
"""What the page of the problem sets offers for download."""
CODE_CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(?:---\n.*?^---\n|(?::[^\n]*\n)*)(.*?)^```", re.MULTILINE | re.DOTALL)
REPEATS = 5
LIMIT = 0.2
"""Seconds, for any check and any answer."""


def measure(options) -> dict[str, object]:
    rows = []
    for source in sorted((ROOT / "solutions").glob("ps*.md")):
        rows += _problem_set(source)
    measured: dict[str, object] = {"rows": rows}
    if options.site:
        measured["site_seconds"] = _build_site()
    return measured


def table(measured) -> str:
    rows = [
        [
            f"{row['problem_set']}.{row['function']}",
            f"{row['right_seconds'] * 1e3:.0f} ms",
            f"{row['wrong_seconds'] * 1e3:.0f} ms",
        ]
        for row in measured["rows"]
    ]
    slowest = max(max(row["right_seconds"], row["wrong_seconds"]) for row in measured["rows"])
    verdict = f"the slowest takes {slowest * 1e3:.0f} ms; {LIMIT * 1e3:.0f} ms are allowed"
    site = [f"\nthe book, from nothing: {measured['site_seconds']:.0f} s"] if "site_seconds" in measured else []
    return "\n".join([lines(["check", "right answer", "wrong answer"], rows), verdict, *site])


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
            exec(
                compile(
                    "\n".join(line for line in cell.splitlines() if not line.startswith(("%", "check."))),
                    source.name,
                    "exec",
                ),
                answers,
            )
    functions = [
        n for n, value in vars(checks).items() if n in answers and getattr(value, "__module__", "") == checks.__name__
    ]
    rows = []
    for function in functions:
        check = getattr(checks, function)
        rows.append(
            {
                "problem_set": name,
                "function": function,
                "right_seconds": _seconds(check, function, functions, answers, lambda answer: answer),
                "wrong_seconds": _seconds(check, function, functions, answers, _spoil),
            }
        )
    return rows


def _seconds(
    check: Callable, function: str, functions: Sequence[str], answers: dict[str, object], change: Callable
) -> float:
    """The smallest time of the check of an answer that goes through ``change``, less what the answers take."""
    best = np.inf
    for _ in range(REPEATS):
        student = _Student(functions, answers, {function: change})
        start = process_time()
        with redirect_stdout(StringIO()):
            try:
                check(student.names[function])
            except AssertionError:
                pass
        best = min(best, process_time() - start - student.seconds)
    return best


class _Student:
    """The answers as functions of one notebook, where a check looks for what it builds on.

    It counts the time that they take.
    """

    def __init__(self, functions: Sequence[str], answers: dict[str, object], changes: dict[str, Callable]):
        self.seconds = 0.0
        self.names = {**answers, "_run": self._run}
        self._answers, self._changes = answers, changes
        for name in functions:
            exec(f"def {name}(*arguments, **options):\n    return _run({name!r}, *arguments, **options)\n", self.names)

    def _run(self, name: str, *arguments: object, **options: object) -> object:
        start = process_time()
        try:
            answer = self._answers[name](*arguments, **options)
            return self._changes[name](answer) if name in self._changes else answer
        finally:
            self.seconds += process_time() - start


def _spoil(answer: object) -> object:
    """The answer with a wave added to every number: wrong in a way that no slip explains.

    A loss that comes with its gradients stays right, because a wrong one is told before anybody looks at the gradients.
    """
    if isinstance(answer, dict):
        return {key: _spoil(value) for key, value in answer.items()}
    if isinstance(answer, tuple):
        return tuple(
            value if np.ndim(value) == 0 and not isinstance(value, dict) else _spoil(value) for value in answer
        )
    if isinstance(answer, (float, np.floating, np.ndarray)):
        values = np.asarray(answer, dtype=float)
        return values + 0.1 * np.sin(1 + np.arange(values.size)).reshape(values.shape)
    return not answer if isinstance(answer, (bool, np.bool_)) else answer


def _build_site() -> float:
    """Build the book from a copy, so that nothing is cached and nothing of the work tree changes."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "book"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "_build", "grading"))
        (copy / BUNDLE).parent.mkdir()
        shutil.copy(ROOT / BUNDLE, copy / BUNDLE)
        start = perf_counter()
        subprocess.run(
            [ROOT / ".venv/bin/jupyter-book", "build", "-n", "-W", "--keep-going", "--quiet", "."], cwd=copy, check=True
        )
        return perf_counter() - start
