"""Formgrader as an instructor meets it: a graded course, and a Jupyter server on the loopback interface to show it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from urllib.parse import quote

from nbgrader.api import Gradebook
from playwright.sync_api import Page

from autograder.cli import main

ROOT = Path(__file__).parents[1]
EXTENSION = "nbgrader.server_extensions.formgrader"
START_SECONDS = 60


@dataclass(frozen=True)
class Formgrader:
    """A running formgrader: the course's folder, and the server's address and token."""

    course: Path
    address: str
    token: str

    def log_in(self, page: Page) -> None:
        """Give the browser the instructor's cookie; formgrader's own pages would give one that only they may use."""
        page.goto(f"{self.address}login?token={self.token}")

    def url(self, page: str) -> str:
        """The address of a page of formgrader, such as ``gradebook``."""
        return f"{self.address}formgrader/{quote(page)}"

    def submission(self, student: str, assignment: str) -> str:
        """The address of the page for hand grading one submission."""
        with Gradebook(f"sqlite:///{self.course}/grading/gradebook.db") as gradebook:
            return self.url(f"submissions/{gradebook.find_submission_notebook(assignment, assignment, student).id}/")


def graded_course(folder: Path, assignment: str, *options: object) -> None:
    """Make ``folder`` a course and grade what lies in its ``grading/submitted``, with the instructor's command."""
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    grading = folder / "grading"
    command = ["grade", assignment, "--submitted", grading / "submitted", "--out", grading, *options]
    with contextlib.chdir(ROOT), redirect_stderr(StringIO()) as errors:
        status = main([str(part) for part in command])
    assert status == 0, errors.getvalue()


@contextmanager
def formgrader(course: Path, scratch: Path) -> Iterator[Formgrader]:
    """A server for the course in ``course``; its own files go to ``scratch``, apart from this user's settings."""
    runtime = scratch / "runtime"
    folders = {f"JUPYTER_{name}_DIR": str(scratch / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    environment = {
        **os.environ,
        **folders,
        "HOME": str(scratch),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    options = {
        "ip": "127.0.0.1",
        "port": 0,
        "open_browser": False,
        "allow_root": True,
        "root_dir": course,
        "jpserver_extensions": {EXTENSION: True},
    }
    command = [
        sys.executable,
        "-m",
        "jupyter_server",
        *(f"--ServerApp.{name}={value}" for name, value in options.items()),
    ]
    runtime.mkdir(parents=True)
    log = scratch / "server.log"
    with log.open("w") as file:
        server = subprocess.Popen(
            command, cwd=course, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file
        )
    try:
        yield _when_ready(server, course, runtime, log)
    finally:
        server.terminate()
        server.wait()


def _when_ready(server: subprocess.Popen, course: Path, runtime: Path, log: Path) -> Formgrader:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            told = json.loads(next(runtime.glob("jpserver-*.json")).read_text())
        except (StopIteration, ValueError):
            time.sleep(0.05)
        else:
            return Formgrader(course, told["url"], told["token"])
    raise RuntimeError(f"the Jupyter server did not start:\n{log.read_text()}")
