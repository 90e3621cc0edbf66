"""Collect submissions from a folder or an archive: every one is kept, and the newest is placed where grading looks for it.

collected/<problem set>/<student>/<time>-<digest>/…     each submission ever collected, as it was handed in
submitted/<student>/<problem set>/…                     the newest of them, with nbgrader's timestamp.txt
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

from nbgrader.utils import parse_utc

from autograder import archive
from autograder.archive import Contents, Member, Refused
from autograder.cohort import submission_time, write
from autograder.lms import Label, Worksheet, label
from autograder.roster import Roster, unfit_id
from autograder.submission import printable

MAX_FILES = 200
"""Files of one submission."""
LATE_BY = timedelta(seconds=1)
"""Canvas says that a submission is late, and not by how much: then it is late by this."""
TIMESTAMP = "timestamp.txt"


@dataclass
class HandedIn:
    """One submission as found in a source.

    ``seen`` is when its newest file was changed; in a platform's archive, when that was downloaded. ``time`` is when it was handed in, if
    anything says so; ``certain`` is False if it is only the time of the file.
    """

    student: str
    files: dict[str, Member] = field(default_factory=dict)
    seen: datetime = datetime(1980, 1, 1)
    time: datetime | None = None
    certain: bool = False
    late: bool = False

    def handed_in_at(self, time: datetime) -> None:
        self.time, self.certain = time, True


@dataclass(frozen=True)
class Reading:
    """How to understand a source. ``student`` says whose all of it is; ``due`` is the due date, if there is one."""

    assignment: str
    problem_sets: Collection[str]
    roster: Roster
    named_regexp: str = ""
    worksheet: Worksheet = Worksheet()
    due: datetime | None = None
    student: str = ""


def find_submissions(contents: Contents, reading: Reading) -> list[HandedIn]:
    """The submissions in a source, by student and time; files that belong to nobody are added to ``contents.refused``."""
    found: dict[tuple[str, datetime | None], HandedIn] = {}
    numbers: dict[str, set[str]] = defaultdict(set)
    for member in _unwrapped(contents.members, reading):
        try:
            if said := _label(member.name, reading):
                student = _student(said, reading)
                numbers[student].add(said.number)
                _add(found.setdefault((student, said.time), HandedIn(student)), said, member, reading)
        except Refused as reason:
            contents.refused.append((printable(member.name), str(reason)))
    for student in [student for student, several in numbers.items() if len(several) > 1]:
        contents.refused.append(
            (
                student,
                f"several students are called this here (numbers {', '.join(sorted(numbers.pop(student)))}) "
                "and nothing tells them apart: give Moodle's grading worksheet with --worksheet",
            )
        )
    return sorted(
        (submission for submission in found.values() if submission.student in numbers),
        key=lambda s: (s.student, s.time or s.seen),
    )


def _unwrapped(members: list[Member], reading: Reading) -> list[Member]:
    """The members without the one folder that student folders are often wrapped in."""
    parts = [member.name.split("/") for member in members]
    wrapped = (
        members
        and len({part[0] for part in parts}) == 1
        and all(len(part) > 2 and part[1] not in reading.problem_sets for part in parts)
    )
    if not wrapped or label(members[0].name, reading.named_regexp):
        return members
    return [Member(member.name.split("/", 1)[1], member.changed, member.read) for member in members]


def _label(name: str, reading: Reading) -> Label | None:
    """Whose a file is; None if it belongs to another problem set, `Refused` if nothing says it."""
    if reading.student:
        return Label(reading.student, name)
    if found := label(name, reading.named_regexp):
        return found
    student, _, rest = name.partition("/")
    if not rest:
        return _loose(PurePosixPath(name), reading)
    inner = rest.split("/")[0]
    if inner in reading.problem_sets and inner != reading.assignment:
        return None
    return Label(student, rest.removeprefix(f"{reading.assignment}/"))


def _loose(name: PurePosixPath, reading: Reading) -> Label:
    """A file in no folder may be called ``<student>.ipynb`` or ``<student>_<problem set>.ipynb``."""
    if name.suffix == ".zip":
        raise Refused("it is an archive in an archive: unpack it, or collect it by itself")
    named = re.match(rf"(.+?)[ _-]+{re.escape(reading.assignment)}", name.stem)
    if named or reading.roster.find(name.stem):
        return Label(named[1] if named else name.stem, name.name)
    raise Refused(
        "nothing says whose it is: put it into a folder with the student's id, or collect it by itself with --student"
    )


def _student(said: Label, reading: Reading) -> str:
    """The id of the student, as on the roster or the worksheet if they know it."""
    try:
        if said.platform == "Moodle" and said.number in reading.worksheet.people:
            student = reading.worksheet.people[said.number]
        elif found := reading.roster.find(said.name, said.number if said.platform == "Canvas" else ""):
            student = found.id
        else:
            student = said.id if said.platform else said.name
    except ValueError as reason:
        raise Refused(f"it is not clear whose it is: {reason}") from None
    if problem := unfit_id(student):
        raise Refused(f"what it says of the student cannot be used: {problem}")
    return student


def _add(submission: HandedIn, said: Label, member: Member, reading: Reading) -> None:
    """Put a file, and what it says about the time, into the submission."""
    submission.seen = max(submission.seen, member.changed)
    name = PurePosixPath(said.file).name
    if name == TIMESTAMP:
        if not said.platform:  # there, what students hand in lies by itself, and the platform knows the time
            submission.handed_in_at(_written_time(member))
        return
    if name in submission.files and submission.files[name].name != member.name:
        name = said.file.replace("/", "_")
    submission.files[name] = member
    if len(submission.files) > MAX_FILES:
        raise Refused(f"the submission holds more than {MAX_FILES} files")
    if said.time:
        submission.handed_in_at(said.time)
    elif said.platform == "Moodle" and said.number in reading.worksheet.times:
        submission.handed_in_at(reading.worksheet.times[said.number])
    elif said.late and reading.due:
        submission.handed_in_at(reading.due + LATE_BY)
    elif not said.platform and not submission.certain:
        submission.time = submission.seen
    submission.late = submission.late or said.late


def _written_time(member: Member) -> datetime:
    try:
        return parse_utc(member.read().decode()[:100].strip())
    except (ValueError, OverflowError):
        raise Refused("it holds no time, such as 2026-10-01 21:14:07 UTC") from None


class Store:
    """Where submissions are kept, and where the newest is placed."""

    def __init__(self, kept: Path, submitted: Path, assignment: str):
        self._kept, self._submitted, self._assignment = kept / assignment, submitted, assignment

    def keep(self, submission: HandedIn) -> tuple[str, list[tuple[str, str]]]:
        """Keep a submission, and place it if it is the newest: what was done, and which files could not be read, with the reason.

        `Refused` if nothing of it can be read, or if a link is in the way.
        """
        target = self._target(submission.student)
        files, refused = _read(submission.files)
        if refused and not files:
            raise Refused("; ".join(reason for _, reason in refused))
        versions = self._versions(submission.student)
        newest = versions[-1] if versions else ""
        digest = _digest(files)
        name = _version(submission.time or submission.seen, digest)
        if newest.endswith(digest):
            done = self._correct_time(submission, self._kept / submission.student / newest)
        elif any(version.endswith(digest) and version >= name for version in versions):
            done = "older, kept already"
        else:
            self._write(submission.student, name, files, submission.time)
            done = "older, kept" if name < newest else "newer" if versions else "new"
        if done in ("new", "newer") or not target.exists():
            self._rescue(submission.student, target)
            self._place(self._kept / submission.student / max(newest, name), target)
        return done, refused

    def _target(self, student: str) -> Path:
        target = self._submitted / student / self._assignment
        if os.path.islink(target) or os.path.islink(target.parent):
            raise Refused(f"{target} is a link, or lies under one: remove it")
        return target

    def _versions(self, student: str) -> list[str]:
        folder = self._kept / student
        return (
            sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
            if folder.is_dir()
            else []
        )

    def _correct_time(self, submission: HandedIn, kept: Path) -> str:
        """The same again changes nothing, unless only now it is known when it was handed in."""
        known = submission_time(kept)
        if submission.time is None or known == submission.time or (known and not submission.certain):
            return "unchanged"
        for folder in (kept, self._target(submission.student)):
            if folder.is_dir():
                write(folder / TIMESTAMP, _stamp(submission.time))
        return "time corrected"

    def _rescue(self, student: str, target: Path) -> None:
        """Keep what lies at ``target``, if somebody put it there by hand."""
        if not target.is_dir():
            return
        with archive.opened(target) as contents:
            files, _ = _read({member.name: member for member in contents.members if member.name != TIMESTAMP})
            changed = max((member.changed for member in contents.members), default=datetime(1980, 1, 1))
        digest, time = _digest(files), submission_time(target)
        if files and not any(version.endswith(digest) for version in self._versions(student)):
            self._write(student, _version(time or changed, digest), files, time)

    def _write(self, student: str, version: str, files: Mapping[str, bytes], time: datetime | None) -> None:
        """The folder is there whole or not at all."""
        temporary = self._kept / student / f".{version}"
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        for name, content in files.items():
            path = temporary / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if time:
            (temporary / TIMESTAMP).write_text(_stamp(time))
        temporary.rename(self._kept / student / version)

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


def _version(time: datetime, digest: str) -> str:
    return f"{time:%Y%m%dT%H%M%S}Z-{digest}"


def _stamp(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S} UTC\n"
