"""The submissions in a folder or an archive: whose each file is, and when it was handed in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from autograder.platforms.archive import MAX_NAME, Contents, Member, Refused
from autograder.platforms.naming import label
from autograder.platforms.platform import Label, Platform, Worksheet
from autograder.records.moments import read_moment
from autograder.records.roster import Roster, unfit_id
from autograder.text import printable

MAX_FILES = 200
"""Files of one submission."""
LATE_BY = timedelta(seconds=1)
"""Where a platform says that a submission is late, and not by how much, it is late by this."""
TIMESTAMP = "timestamp.txt"


@dataclass
class HandedIn:
    """One submission as found in a source.

    ``seen`` is when its newest file was changed; in a platform's archive, when that was downloaded. ``time`` is when it
    was handed in, if anything says so; ``certain`` is False if it is only the time of the file. ``late`` is the
    platform that says it is.
    """

    student: str
    files: dict[str, Member] = field(default_factory=dict)
    seen: datetime = datetime(1980, 1, 1)
    time: datetime | None = None
    certain: bool = False
    late: str = ""

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
    """The submissions in a source, by student and time.

    Files that belong to nobody are added to ``contents.refused``.
    """
    found: dict[tuple[str, str, datetime | None], HandedIn] = {}
    numbers: dict[str, set[str]] = defaultdict(set)
    platforms: dict[str, Platform | None] = {}
    for member in _unwrapped(contents.members, reading):
        try:
            if said := _label(member.name, reading):
                student = _student(said, reading)
                numbers[student].add(said.number)
                platforms[student] = said.platform
                _add(found.setdefault((student, said.number, said.time), HandedIn(student)), said, member, reading)
        except Refused as reason:
            contents.refused.append((printable(member.name), str(reason)))
    for student in [student for student, several in numbers.items() if len(several) > 1]:
        contents.refused.append(
            (
                student,
                f"several students are called this here (numbers {', '.join(sorted(numbers.pop(student)))}) "
                "and nothing tells them apart" + _way_out(platforms[student]),
            )
        )
    return sorted(
        (submission for submission in found.values() if submission.student in numbers),
        key=lambda s: (s.student, s.time or s.seen),
    )


def _way_out(platform: Platform | None) -> str:
    return f": {platform.tells_apart}" if platform and platform.tells_apart else ""


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
        if known := reading.worksheet.person(said):
            student = known
        elif found := reading.roster.find(said.name, said.lasting_number):
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
    if name in submission.files:
        name = said.file.replace("/", "_")
    if len(name.encode()) > MAX_NAME:
        raise Refused("its name, with its folders, is too long")
    if name in submission.files:
        raise Refused("the submission holds another file of this name")
    submission.files[name] = member
    if len(submission.files) > MAX_FILES:
        raise Refused(f"the submission holds more than {MAX_FILES} files")
    if said.time:
        submission.handed_in_at(said.time)
    elif time := reading.worksheet.time(said):
        submission.handed_in_at(time)
    elif said.late and reading.due:
        submission.handed_in_at(reading.due + LATE_BY)
    elif not said.platform and not submission.certain:
        submission.time = submission.seen
    if said.late and said.platform:
        submission.late = said.platform.name


def _written_time(member: Member) -> datetime:
    try:
        return read_moment(member.read().decode())
    except UnicodeDecodeError:
        raise Refused("it is no text") from None
    except ValueError as reason:
        raise Refused(str(reason)) from None
