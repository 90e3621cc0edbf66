"""The submissions of a class: which there are, what is read of them, and how a judged one is recorded."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.utils import parse_utc

from autograder import stamp, submission
from autograder.autograded import autograded_notebook
from autograder.course import Folder
from autograder.files import write
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
        if entry.is_dir() and os.path.lexists(os.path.join(entry.path, assignment))
    )


def unusable(student: str) -> str:
    """Why a folder's name cannot stand for a student in the gradebook and in file names, "" if it can."""
    try:
        length = len(student.encode())
    except UnicodeEncodeError:
        return "the folder's name is not valid UTF-8"
    if student.startswith("."):
        return "the folder's name starts with a dot"
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
    asked = [student, settings.assignment, settings.seed, asdict(settings.limits), settings.unsafe, unreadable]
    return Job(
        student,
        settings.assignment,
        settings.released,
        settings.seed,
        content,
        unreadable,
        settings.limits,
        settings.unsafe,
        stamp.digest(asked, settings.released, content),
        stamp.of_functions(settings.assignment),
    )


def jobs(submitted: Path, students: Iterable[str], settings: Settings, folder: Folder, *, again: bool) -> Iterator[Job]:
    """The jobs of these students, without what is recorded already, if it is not wanted ``again``."""
    for student in students:
        job = job_for(submitted, student, settings)
        yield job if again else what_remains(job, folder)


def what_remains(job: Job, folder: Folder) -> Job:
    """The job without the functions whose recorded result still holds.

    Where something had been stopped all are judged again together: the functions of a submission share its time.
    """
    recorded = result_of(folder, job.assignment, job.student)
    if recorded is None or recorded.stamp != job.stamp:
        return job
    holding = tuple(
        problem
        for problem in recorded.problems
        if problem.stamp == job.stamps.get(problem.problem) and not problem.faulty
    )
    if len(holding) < len(job.stamps) and any(problem.stopped for problem in holding):
        return job
    return replace(job, earlier=replace(recorded, problems=holding))


def record(judged: Judged, folder: Folder, recorder: Recorder, submitted_at: datetime | None) -> None:
    """Write grades, autograded notebook and result of one submission, in this order.

    The result comes last, because a run that finds it takes the rest for granted; whatever a fault leaves undone, the next run does.
    """
    student, assignment = judged.result.student, judged.result.assignment
    notebook = autograded_notebook(judged)
    before = result_of(folder, assignment, student)
    recorder.record(
        student,
        assignment,
        notebook,
        submitted=submitted_at,
        changed=before is None or before.answers != judged.result.answers,
    )
    path = folder.autograded(assignment, student)
    if submitted_at:
        write(
            path.with_name("timestamp.txt"), f"{submitted_at:%Y-%m-%d %H:%M:%S.%f} UTC\n"
        )  # by which nbgrader knows a newer submission
    write(path, json.dumps(notebook, indent=1))
    write(folder.result(assignment, student), json.dumps(judged.result.to_dict(), indent=1))


def result_of(folder: Folder, assignment: str, student: str) -> Result | None:
    """What is recorded of one submission; None if that is nothing, or nothing that can be read."""
    try:
        return _read(folder.result(assignment, student))
    except (FileNotFoundError, ValueError):
        return None


def results(folder: Folder, assignment: str) -> list[Result]:
    """The results recorded so far, by student."""
    return [_read(path) for path in sorted((folder.root / "results" / assignment).glob("*.json"))]


def _read(path: Path) -> Result:
    try:
        return Result.from_dict(json.loads(path.read_bytes()))
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{path} is damaged. Run 'autograder grade' again, which writes it anew.") from None


def notebook_of(folder: Folder, assignment: str, student: str) -> dict[str, Any]:
    """The autograded notebook of one student, with each cell's source as one string: nbgrader writes it in lines."""
    path = folder.autograded(assignment, student)
    try:
        return submission.load_notebook(path.read_bytes())
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{path} is damaged. Run 'autograder grade' again, which writes it anew.") from None


def is_notebook(path: Path) -> bool:
    """Whether there is a notebook, and all of it."""
    try:
        return bool(submission.load_notebook(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def submission_time(folder: Path) -> datetime | None:
    """When it was handed in, from ``timestamp.txt`` as nbgrader writes it; None if there is none that can be read."""
    try:
        return parse_utc(submission.read_bytes(folder / "timestamp.txt").decode()[:100].strip())
    except (Unreadable, ValueError, OverflowError):
        return None


def seed_of(folder: Folder) -> int:
    """The secret seed kept beside the gradebook; drawn at the first use."""
    if not folder.seed.exists():
        write(folder.seed, f"{secrets.randbits(128)}\n", mode=0o600)
    try:
        return int(folder.seed.read_text())
    except ValueError:
        raise ValueError(
            f"{folder.seed} holds no number, and the hidden inputs follow from it. Put a copy of it back; without one, "
            "remove it: then a new one is drawn and everything is judged again."
        ) from None
