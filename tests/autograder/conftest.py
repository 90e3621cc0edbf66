"""The class of `tests/submissions`, written once and graded once with the command that an instructor types."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.judging import pool
from missingsum.slips import SLIPS

from ..submissions.make import write_class
from .kept import START, end_kept, workers_kept
from .notebooks import ASSIGNMENT, ROOT

SEED = 20261121
CALL_SECONDS = 1.5
"""So long may a call of the class's functions take; some never end."""


@dataclass(frozen=True)
class Graded:
    """What one run of ``autograder grade`` left behind."""

    submitted: Path
    out: Path
    status: int
    stdout: str
    stderr: str

    @property
    def records(self) -> list[dict]:
        return json.loads((self.out / "records.json").read_text())


def autograder(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command in the course's folder, but in this process: a Python of its own takes 1.5 s to start."""
    said, complained = io.StringIO(), io.StringIO()
    with contextlib.chdir(ROOT), redirect_stdout(said), redirect_stderr(complained):
        status = main([*map(str, arguments)])
    return subprocess.CompletedProcess(arguments, status, said.getvalue(), complained.getvalue())


def grade(submitted: Path, out: Path, *options: object) -> Graded:
    done = autograder(
        "grade", ASSIGNMENT, "--submitted", submitted, "--out", out, "--json", out / "records.json", *options
    )
    return Graded(submitted, out, done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session", autouse=True)
def workers() -> Iterator[None]:
    with workers_kept():
        yield


@pytest.fixture
def fresh_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that look at processes."""
    end_kept()
    monkeypatch.setattr(pool, "_process", START)


@pytest.fixture(scope="session")
def submitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("class")
    write_class(folder)
    return folder


@pytest.fixture(scope="session")
def graded(submitted: Path, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    options = ("--seed", SEED, "--due", "2026-10-02 00:00", "--no-where", "--call-timeout", CALL_SECONDS)
    return grade(submitted, tmp_path_factory.mktemp("graded"), *options)


@pytest.fixture(scope="module", autouse=True)
def mistakes_of_no_other_course() -> Iterator[None]:
    """What the tests of a file make known of other courses' mistakes, no test of another file knows."""
    before = dict(SLIPS)
    yield
    SLIPS.clear()
    SLIPS.update(before)
