"""Keep every submission that was ever collected, and place the newest where grading looks for it.

The folder ``collected/<problem set>/<student>/<time>-<digest>/`` holds one submission as it was handed in, and
``submitted/<student>/<problem set>/`` the newest of them, with nbgrader's timestamp.txt.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from autograder.platforms import archive
from autograder.platforms.archive import Member, Refused
from autograder.platforms.collect import HandedIn
from autograder.platforms.copies import Copies, Copy
from autograder.platforms.questions import same_notebooks
from autograder.records.atomic import write
from autograder.records.cohort import submission_time
from autograder.records.moments import TIMESTAMP
from autograder.text import printable


class Store:
    """Where submissions are kept, and where the newest is placed.

    ``undecided`` are the students of whose submissions nothing said which is newer: the one collected last counts.
    """

    def __init__(self, kept: Path, submitted: Path, assignment: str):
        self._kept, self._submitted, self._assignment = kept / assignment, submitted, assignment
        self.undecided: set[str] = set()

    def keep(self, submission: HandedIn) -> tuple[str, list[tuple[str, str]]]:
        """Keep a submission, and place it if it is the newest.

        Returns what was done, and which files could not be read, with the reason.
        `Refused` if nothing of it can be read, or if a link is in the way.
        """
        target = self._target(submission.student)
        files, refused = _read(submission.files)
        if refused and not files:
            raise Refused("; ".join(reason for _, reason in refused))
        copies = self._copies(submission.student)
        new = _copy(submission, _digest(files))
        newest = self.newest(submission.student)
        if newest and newest.digest == new.digest:
            done = self._correct_time(submission, newest.name)
            if submission.path:
                copies.call(newest.name, submission.platform, submission.path)
        elif any(copy.digest == new.digest and new.order(copy) <= 0 for copy in copies.read()):
            done = "older, kept already"
        else:
            done = "new" if not newest else "older, kept" if newest.order(new) > 0 else "newer"
            if done == "newer" and not new.order(newest or new):
                self.undecided.add(submission.student)
            copies.add(new)
            self._write(submission.student, new.name, files, submission.time)
        if done in ("new", "newer") or not target.exists():
            self._rescue(submission.student, target)
            self._place(self._kept / submission.student / _last(copies).name, target)
        return done, refused

    def stands(self, submission: HandedIn) -> bool:
        """Whether what counts of this student stands: this holds no notebook, or the same ones again."""
        notebooks = {name: member for name, member in submission.files.items() if name.endswith(".ipynb")}
        if not notebooks:
            return True
        newest, target = self.newest(submission.student), self._target(submission.student)
        place = self._kept / submission.student / newest.name if newest else target
        files, refused = _read(notebooks)
        return not refused and same_notebooks(files.values(), place)

    def newest(self, student: str) -> Copy | None:
        """The copy that counts, if there is any."""
        return next(reversed(self._copies(student).read()), None)

    def _target(self, student: str) -> Path:
        target = self._submitted / student / self._assignment
        if os.path.islink(target) or os.path.islink(target.parent):
            raise Refused(f"{target} is a link, or lies under one: remove it")
        return target

    def _copies(self, student: str) -> Copies:
        return Copies(self._kept / student, self._kept / ".order" / f"{student}.json")

    def _correct_time(self, submission: HandedIn, name: str) -> str:
        """The same again changes nothing, unless only now it is known when it was handed in."""
        kept = self._kept / submission.student / name
        known = submission_time(kept)
        if submission.time is None or known == submission.time or (known and not submission.certain):
            return "unchanged"
        for folder in (kept, self._target(submission.student)):
            if folder.is_dir():
                write(folder / TIMESTAMP, _time_text(submission.time))
        if submission.exact:
            self._copies(submission.student).correct(name, submission.time)
        return "time corrected"

    def _rescue(self, student: str, target: Path) -> None:
        """Keep what lies at ``target``, if somebody put it there by hand."""
        if not target.is_dir():
            return
        with archive.opened(target) as contents:
            files, _ = _read({member.name: member for member in contents.members if member.name != TIMESTAMP})
            changed = max((member.changed for member in contents.members), default=datetime(1980, 1, 1))
            for name, reason in contents.refused:
                raise Refused(f"{target} holds {name}, which cannot be kept: {reason}. Move it away")
        digest, time = _digest(files), submission_time(target)
        if files and not any(copy.digest == digest for copy in self._copies(student).read()):
            self._write(student, _copy_name(time or changed, digest), files, time)

    def _write(self, student: str, copy: str, files: Mapping[str, bytes], time: datetime | None) -> None:
        """The folder is there whole or not at all."""
        temporary = self._kept / student / f".{copy}"
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        for name, content in files.items():
            path = temporary / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if time:
            (temporary / TIMESTAMP).write_text(_time_text(time))
        temporary.rename(self._kept / student / copy)

    def _place(self, kept: Path, target: Path) -> None:
        new, old = (target.with_name(f".{target.name}.{suffix}") for suffix in ("new", "old"))
        for leftover in (new, old):
            shutil.rmtree(leftover, ignore_errors=True)
        shutil.copytree(kept, new)
        if target.exists():
            target.rename(old)
        new.rename(target)
        shutil.rmtree(old, ignore_errors=True)


def _read(files: Mapping[str, Member]) -> tuple[dict[str, bytes], list[tuple[str, str]]]:
    read, refused = {}, []
    for name, member in files.items():
        try:
            read[name] = member.read()
        except Refused as reason:
            refused.append((printable(member.name), str(reason)))
    return read, refused


def _digest(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:12]


def _last(copies: Copies) -> Copy:
    return copies.read()[-1]


def _copy(submission: HandedIn, digest: str) -> Copy:
    name = _copy_name(submission.time or submission.seen, digest)
    time = submission.time if submission.exact else None
    return Copy(name, time, submission.seen, submission.platform, submission.path)


def _copy_name(time: datetime, digest: str) -> str:
    return f"{time:%Y%m%dT%H%M%S}Z-{digest}"


def _time_text(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S} UTC\n"
