"""Grade a whole class: judge submissions in parallel, and record them one by one."""

from __future__ import annotations

import json
import ctypes
import fcntl
import os
import secrets
import signal
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Any

from nbgrader.utils import parse_utc

from autograder import submission
from autograder.autograded import autograded_notebook
from autograder.course import Folder
from autograder.gradebook import Recorder
from autograder.judge import Job, Judged, judge
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


def judge_all(jobs: Iterable[Job], workers: int) -> Iterator[Judged]:
    """The jobs judged, as they get ready. No more than twice ``workers`` are in memory at once.

    What a dying worker leaves is judged once more, each alone; who makes it die again gets nothing, and the rest go on.
    """
    waiting, unfinished = iter(jobs), [None]
    while unfinished:
        unfinished = []
        yield from _judge_until_a_worker_dies(waiting, workers, unfinished)
        yield from map(_judge_alone, unfinished)


def _judge_until_a_worker_dies(waiting: Iterator[Job], workers: int, unfinished: list[Job]) -> Iterator[Judged]:
    running: dict[Future[Judged], Job] = {}
    with _pool(workers) as pool:
        try:
            while not unfinished:
                for job in islice(waiting, 2 * workers - len(running)):
                    unfinished.append(job)
                    running[pool.submit(judge, job)] = unfinished.pop()
                if not running:
                    break
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    job = running.pop(future)
                    if future.exception() is None:
                        yield future.result()
                    else:
                        unfinished.append(job)
        except BrokenProcessPool:
            pass
    unfinished += running.values()


def _judge_alone(job: Job) -> Judged:
    with _pool(1) as pool:
        try:
            return pool.submit(judge, job).result()
        except Exception as error:
            return judge(replace(job, unreadable=f"It made the grader itself fail, twice ({type(error).__name__}). Ask your instructor."))


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Worker processes that end with this one, however it ends."""
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_end_with_parent, initargs=(os.getpid(),))
    try:
        yield pool
    except BaseException:
        for worker in active_children():
            worker.kill()
        raise
    finally:
        pool.shutdown()


def _end_with_parent(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent ends the workers
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        os._exit(1)  # it had ended before


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
