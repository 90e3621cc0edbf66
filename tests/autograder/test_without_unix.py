"""Grading in WebAssembly needs nothing that only Unix has: tried where Python finds nothing of that."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from ..submissions import make
from .notebooks import ASSIGNMENT, ROOT
from .wasm import needs_wasm

HIDE = """
import os, sys
HIDDEN = {"resource", "fcntl", "pwd", "grp", "termios", "pty", "tty"}
class Hide:
    def find_spec(self, name, path, target=None):
        if name in HIDDEN:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hide())
for name in HIDDEN:
    sys.modules.pop(name, None)
for name in ("fork", "forkpty", "register_at_fork", "geteuid", "memfd_create"):
    delattr(os, name)
"""
"""For a ``sitecustomize``, which every Python that is started reads."""


@pytest.fixture
def without_unix(tmp_path):
    """The environment of a Python that has none of it."""
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "sitecustomize.py").write_text(HIDE)
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path / "hidden"), *filter(None, sys.path)])}


def test_it_is_hidden(without_unix):
    for code in ("import fcntl", "import os; os.fork()", "import pwd", "import resource"):
        assert subprocess.run([sys.executable, "-c", code], env=without_unix, capture_output=True).returncode


def test_all_that_judges_is_imported_without(without_unix):
    code = "import autograder.judging.pool, autograder.commands.grade, autograder.sandbox.process"
    done = subprocess.run([sys.executable, "-c", code], env=without_unix, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@needs_wasm
def test_a_class_is_graded_without(without_unix, tmp_path):
    make.write_class(tmp_path / "submitted", ["ada_right_loops", "ben_diagonal_only"])
    command = ["grade", ASSIGNMENT, "--submitted", tmp_path / "submitted", "--out", tmp_path / "out", "--no-where"]
    done = subprocess.run(
        [sys.executable, "-m", "autograder.cli", *command, "--isolation", "wasm", "--json", tmp_path / "found.json"],
        cwd=ROOT,
        env=without_unix,
        capture_output=True,
        text=True,
    )
    assert (tmp_path / "found.json").exists(), done.stderr
    found = json.loads((tmp_path / "found.json").read_text())
    scores = {(record["student"], record["problem"]): record["score"] for record in found}
    assert scores["ada_right_loops", "softmax_backward"] > scores["ben_diagonal_only", "softmax_backward"]
    assert "isolation: wasm" in done.stdout
