"""The submissions of a class: which there are, what is read of them, and how a judged one is recorded."""

from __future__ import annotations

import json
import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.utils import parse_utc

from autograder import submission
from autograder.autograded import autograded_notebook
from autograder.course import Folder
from autograder.gradebook import Recorder
from autograder.judge import Job, Judged
from autograder.result import Result
from autograder.sandbox import Limits
from autograder.submission import Unreadable


@dataclass(frozen=True)
class Settings:
    """How to grade one problem set: the released notebook, the seed, and what the sandbox allows."""

    assignment: str
    released: bytes
    seed: int
    limits: Limits = Limits()
    unsafe: bool = False


def students_with(submitted: Path, assignment: str) -> list[str]:
    """The students who have a folder for this problem set, in order."""
    return sorted(
        entry.name
        for entry in os.scandir(submitted)
        if entry.is_dir() and not entry.name.startswith(".") and os.path.lexists(os.path.join(entry.path, assignment))
    )


def unusable(student: str) -> str:
    """Why a folder's name cannot stand for a student in the gradebook and in file names, "" if it can."""
    try:
        length = len(student.encode())
    except UnicodeEncodeError:
        return "the folder's name is not valid UTF-8"
    return f"the folder's name has {length} bytes, and 128 is the most" if length > 128 else ""


@contextmanager
def only_run(folder: Folder) -> Iterator[None]:
    """Nobody else grades into this folder meanwhile; ValueError if somebody does. The kernel frees it with the process."""
    with open(folder.root / ".lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ValueError(f"another run is writing to {folder.root}: wait for its end") from None
        yield


def job_for(submitted: Path, student: str, settings: Settings) -> Job:
    """The submission's bytes with all that judging them takes."""
    content, unreadable = b"", ""
    try:
        content = submission.read_bytes(submission.find(submitted / student / settings.assignment, settings.assignment))
    except Unreadable as reason:
        unreadable = str(reason)
    return Job(student, settings.assignment, settings.released, settings.seed, content, unreadable, settings.limits, settings.unsafe)


def record(judged: Judged, folder: Folder, recorder: Recorder, submitted_at: datetime | None) -> None:
    """Write grades, autograded notebook and result of one submission."""
    student, assignment = judged.result.student, judged.result.assignment
    notebook = autograded_notebook(judged)
    path = folder.autograded(assignment, student)
    recorder.record(student, assignment, notebook, submitted=submitted_at, changed=_sources(path) != _sources_of(notebook))
    write(path, json.dumps(notebook, indent=1))
    write(folder.result(assignment, student), json.dumps(judged.result.to_dict(), indent=1))


def results(folder: Folder, assignment: str) -> list[Result]:
    """The results recorded so far, by student."""
    paths = sorted((folder.root / "results" / assignment).glob("*.json"))
    return [Result.from_dict(json.loads(path.read_bytes())) for path in paths]


def notebook_of(folder: Folder, assignment: str, student: str) -> dict[str, Any]:
    """The autograded notebook of one student, with each cell's source as one string: nbgrader writes it in lines."""
    return submission.load_notebook(folder.autograded(assignment, student).read_bytes())


def submission_time(folder: Path) -> datetime | None:
    """When it was handed in, from ``timestamp.txt`` as nbgrader writes it; None if there is none that can be read."""
    try:
        return parse_utc(submission.read_bytes(folder / "timestamp.txt").decode()[:100].strip())
    except (Unreadable, ValueError, OverflowError):
        return None


def seed_of(folder: Folder) -> int:
    """The secret seed kept beside the gradebook; drawn at the first use."""
    if not folder.seed.exists():
        folder.root.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder.seed, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{secrets.randbits(128)}\n")
    return int(folder.seed.read_text())


def write(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)


def _sources(path: Path) -> list[str] | None:
    try:
        return _sources_of(submission.load_notebook(path.read_bytes()))
    except (OSError, ValueError):
        return None


def _sources_of(notebook: dict[str, Any]) -> list[str]:
    return [cell["source"] for cell in notebook["cells"]]
