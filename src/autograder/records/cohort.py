"""The submissions of a class: which there are, what is handed in, and what of it is still to be judged."""

from __future__ import annotations

import os
import secrets
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from autograder.checking.loading import Hidden
from autograder.judging import fingerprint, submission
from autograder.judging.judge import Job
from autograder.judging.result import ProblemResult, Result
from autograder.judging.submission import Unreadable
from autograder.locking import locked
from autograder.records.atomic import write
from autograder.records.course import Folder
from autograder.records.moments import TIMESTAMP, read_moment
from autograder.records.other_sets import OtherSets
from autograder.records.roster import Roster
from autograder.sandbox.limits import Limits


@dataclass(frozen=True)
class Settings:
    """How to grade one problem set: the released notebook, the seed, what the sandbox allows, what other sets are."""

    assignment: str
    released: bytes
    seed: int
    limits: Limits = Limits()
    unsafe: bool = False
    other_sets: OtherSets = field(default_factory=OtherSets)
    hidden: Hidden = Hidden()
    isolation: str = ""
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    """of the functions; without any they are worked out"""


def students_with(submitted: Path, assignment: str) -> list[str]:
    """The students who have a folder for this problem set, in order; a link that leads nowhere may be one."""
    return sorted(
        entry.name
        for entry in os.scandir(submitted)
        if leads_nowhere(Path(entry.path)) or os.path.lexists(os.path.join(entry.path, assignment))
    )


def leads_nowhere(path: Path) -> bool:
    """Whether this is a link to what is not there, or to itself."""
    return path.is_symlink() and not path.exists()


def mistaken(students: Iterable[str], people: Roster) -> dict[str, str]:
    """The folders that are named for somebody in another way than by the id, and what to do about each.

    Of two spellings of one name that look alike both are such.
    """
    reasons, alike = {}, defaultdict(list)
    for student in students:
        alike[unicodedata.normalize("NFC", student)].append(student)
        try:
            person = people.find(student)
        except ValueError as reason:
            reasons[student] = f"it is not clear whose the folder is: {reason}"
            continue
        if person and person.id != student:
            reasons[student] = f"the folder means {person.name}, whose id is {person.id}: name it so"
    for several in alike.values():
        if len(several) > 1:
            reasons |= dict.fromkeys(several, "two folders have this name, in two spellings that look alike")
    return reasons


@contextmanager
def only_run(folder: Folder) -> Iterator[None]:
    """Nobody else grades into this folder meanwhile; ValueError if somebody does.

    The kernel frees it with the process.
    """
    taken = ValueError(f"another run is writing to {folder.root}: wait for its end")
    try:
        import fcntl
    except ImportError:  # Windows
        try:
            with locked(folder.root / ".locked"):
                yield
        except TimeoutError:
            raise taken from None
        return
    with open(folder.root / ".lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise taken from None
        yield


def job_for(submitted: Path, student: str, settings: Settings) -> Job:
    """The submission's bytes with all that judging them takes."""
    content, unreadable = b"", ""
    try:
        found = submission.find(submitted / student / settings.assignment, settings.assignment)
        content = submission.read_bytes(found)
        if other := settings.other_sets.which(content):
            raise Unreadable(f"This is {other}, another problem set. Hand in {settings.assignment}.ipynb.")
    except Unreadable as reason:
        content = b""
        unreadable = str(reason)
    return Job(
        student,
        settings.assignment,
        settings.released,
        settings.seed,
        content,
        unreadable,
        settings.limits,
        settings.unsafe,
        settings.fingerprints or fingerprint.of_functions(settings.assignment, settings.hidden),
        hidden=settings.hidden,
        isolation=settings.isolation,
    )


def remaining(job: Job, recorded: Result | None, *, rejudge: bool = False) -> Job:
    """The job without the functions whose recorded result stands.

    It stands while what was handed in stays the same, and the grader itself has not failed at it. Whether today's judge
    is another one counts only if that is asked for, by ``rejudge``. Where something had been stopped all are judged
    again together: the functions of a submission share its time.
    """
    if recorded is None or not _is_same(job, recorded):
        return job
    standing = tuple(
        problem
        for problem in recorded.problems
        if problem.problem in job.fingerprints and not problem.faulty and not (rejudge and _is_older(problem, job))
    )
    if not standing or (rejudge and recorded.settings not in ("", job.settings)):
        return job
    if len(standing) < len(job.fingerprints) and any(problem.stopped for problem in standing):
        return job
    return replace(job, earlier=replace(recorded, problems=standing))


def is_older(job: Job, recorded: Result) -> bool:
    """Whether a recorded result came from another judge than today's: from other checks, or by other settings."""
    return recorded.settings not in ("", job.settings) or any(_is_older(problem, job) for problem in recorded.problems)


def _is_older(problem: ProblemResult, job: Job) -> bool:
    return problem.fingerprint != job.fingerprints.get(problem.problem)


def _is_same(job: Job, recorded: Result) -> bool:
    """Whether the recorded result is one of these bytes; of one of version 0.1 only what the student wrote is known."""
    if recorded.handed_in:
        return recorded.handed_in == job.handed_in
    try:
        if job.unreadable:
            raise Unreadable(job.unreadable)
        written = submission.parse(job.content, submission.load_notebook(job.released))
    except Unreadable:
        return bool(recorded.unreadable)
    return not recorded.unreadable and recorded.answers == fingerprint.digest(written.answers)


def submission_time(folder: Path) -> datetime | None:
    """When it was handed in, from ``timestamp.txt`` as nbgrader writes it; None if there is none that can be read."""
    try:
        return _time(folder)
    except (Unreadable, ValueError):
        return None


def unreadable_time(folder: Path) -> str:
    """Why nobody can read when it was handed in; "" if that can be read, or is not said."""
    try:
        if os.path.lexists(folder / TIMESTAMP):
            _time(folder)
    except (Unreadable, ValueError) as reason:
        return f"{TIMESTAMP} does not say when it was handed in: {reason}"
    return ""


def _time(folder: Path) -> datetime:
    return read_moment(submission.read_bytes(folder / TIMESTAMP).decode(errors="replace"))


def seed_of(folder: Folder) -> int:
    """The secret seed kept beside the gradebook; drawn at the first use."""
    if not folder.seed.exists():
        write(folder.seed, f"{secrets.randbits(128)}\n", mode=0o600)
    try:
        return int(folder.seed.read_text())
    except ValueError:
        raise ValueError(
            f"{folder.seed} holds no number, and the hidden inputs follow from it. Put a copy of it back; without one, "
            "remove it: then a new one is drawn for what is judged from now on."
        ) from None
