"""Grading in WebAssembly needs nothing that only Unix has: tried where Python finds nothing of that."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ..submissions import make
from ..waiting import wait_until
from .notebooks import ASSIGNMENT, ROOT
from .wasm import needs_wasm

pytestmark = pytest.mark.sandbox
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
for name in ("fork", "forkpty", "register_at_fork", "geteuid", "memfd_create", "O_NOFOLLOW", "O_NONBLOCK"):
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
    report = (tmp_path / "out" / "report" / f"{ASSIGNMENT}.html").read_text()
    assert "<dt>Isolation</dt><dd>wasm</dd>" in report and (tmp_path / "out" / ".locked").exists()


def test_a_worker_ends_with_its_parent_where_the_kernel_does_not_see_to_it():
    script = """
import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from autograder.judging import pool
worker = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=pool._follow_parent)
print(worker.submit(os.getpid).result(), flush=True)
os.kill(os.getpid(), 9)
"""
    done = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    wait_until(lambda: has_ended(int(done.stdout)))


def has_ended(pid: int) -> bool:
    """Whether a process is over, though nobody may have asked yet how it ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_second_run_into_the_same_folder_is_refused_without(without_unix, tmp_path):
    script = """
import sys
from pathlib import Path
from types import SimpleNamespace
from autograder.records.cohort import only_run
folder = SimpleNamespace(root=Path(sys.argv[1]))
with only_run(folder):
    try:
        with only_run(folder):
            print("both")
    except ValueError as error:
        print(error)
with only_run(folder):
    print("and then again")
"""
    command = [sys.executable, "-c", script, tmp_path]
    done = subprocess.run(command, env=without_unix, capture_output=True, text=True)
    assert "another run is writing to" in done.stdout and done.stdout.endswith("and then again\n"), done.stderr
