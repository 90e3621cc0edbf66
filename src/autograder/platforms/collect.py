"""The submissions in a folder or an archive: whose each file is, and when it was handed in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from autograder.platforms import archive, platforms
from autograder.platforms.archive import MAX_NAME, Contents, Member, Refused
from autograder.platforms.layout import Layout, called_like_a_set, layout_of
from autograder.platforms.limits import Left, within_limits
from autograder.platforms.naming import configured
from autograder.platforms.platform import Label, Worksheet
from autograder.records.moments import TIMESTAMP, read_moment
from autograder.records.roster import Roster, unfit_id
from autograder.text import first_of, printable

LONGEST_TIME = 1000
"""Bytes of a file that holds a time."""
LATE_BY = timedelta(seconds=1)
"""Where a platform says that a submission is late, and not by how much, it is late by this."""


@dataclass
class HandedIn:
    """One submission as found in a source.

    ``seen`` is when its newest file was changed; in a platform's archive, when that was downloaded. ``time`` is when it
    was handed in, if anything says so; ``certain`` is False if it is only the time of the file, and ``exact`` if it is
    only known to be late. ``late`` is the platform that says it is, ``platform`` the one it comes from, and ``path``
    what that calls one of the files, a notebook if there is one.
    """

    student: str
    files: dict[str, Member] = field(default_factory=dict)
    seen: datetime = datetime(1980, 1, 1)
    time: datetime | None = None
    certain: bool = False
    exact: bool = False
    late: str = ""
    platform: str = ""
    path: str = ""

    def handed_in_at(self, time: datetime, *, exact: bool = True) -> None:
        self.time, self.certain, self.exact = time, True, exact


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

    Files that belong to nobody, and students of whom two places speak, are added to ``contents.refused``.
    """
    try:
        layout = _layout(contents, reading)
        reading = _with_list_inside(contents, layout, reading)
    except Refused as reason:
        contents.refused.append((contents.source, str(reason)))
        return []
    found: dict[tuple[str, str, datetime | None], HandedIn] = {}
    places: dict[str, dict[str, Label]] = defaultdict(dict)
    for member in contents.members:
        try:
            if said := _label(member, layout, reading):
                student, place = _student(said, reading), _place(said, member, layout, reading)
                places[student].setdefault(place, said)
                _add(found.setdefault((student, place, said.time), HandedIn(student)), said, member, reading)
        except Refused as reason:
            contents.refused.append((printable(member.name), str(reason)))
    contents.refused += [
        (student, _several(several)) for student, several in sorted(places.items()) if len(several) > 1
    ]
    submissions = sorted(
        (submission for submission in found.values() if len(places[submission.student]) == 1),
        key=lambda s: (s.student, s.time or s.seen),
    )
    return list(_limited(submissions, contents))


def _limited(submissions: Iterable[HandedIn], contents: Contents) -> Iterator[HandedIn]:
    """The submissions with the files that are taken; one that would be left with none is no submission."""
    left = Left(archive.MAX_MEMBERS, archive.MAX_TOTAL, "of one source")
    for submission in submissions:
        submission.files, reasons = within_limits(submission.files, left)
        contents.refused += [(submission.student, reason) for reason in reasons]
        if submission.files or not reasons:
            yield submission


def _layout(contents: Contents, reading: Reading) -> Layout:
    if reading.student or reading.named_regexp:
        return Layout()
    names = [member.name for member in contents.members]
    return layout_of(names, contents.source, reading.assignment, reading.problem_sets, reading.roster)


def _with_list_inside(contents: Contents, layout: Layout, reading: Reading) -> Reading:
    """The reading with what the platform's archive itself says of people and times; that is no file of a student."""
    platform = layout.platform
    if not (platform and platform.list_inside):
        return reading
    found = next(member for member in contents.members if layout.inside(member.name) == platform.list_inside)
    contents.members.remove(found)
    try:
        return replace(reading, worksheet=platform.read_list_inside(found.read(), reading.roster))
    except ValueError as reason:
        raise Refused(str(reason)) from None


def _place(said: Label, member: Member, layout: Layout, reading: Reading) -> str:
    """Where a student's files lie: the platform's number or name, or else the folder or loose file as it is spelled."""
    if reading.student:
        return ""
    if said.platform:
        return said.number or said.name
    return said.name if reading.named_regexp else layout.inside(member.spelled).partition("/")[0]


def _several(places: Mapping[str, Label]) -> str:
    """Why a student with several places is nobody's."""
    platform = next(iter(places.values())).platform
    if not platform:
        return (
            f"several folders or files are this student's ({first_of(places)}), "
            "and nothing says which counts: leave one of them"
        )
    way_out = f": {platform.tells_apart}" if platform.tells_apart else ""
    return f"several students are called this here (numbers {first_of(places)}) and nothing tells them apart{way_out}"


def _label(member: Member, layout: Layout, reading: Reading) -> Label | None:
    """Whose a file is; None if it belongs to another problem set, `Refused` if nothing says it."""
    name = layout.inside(member.name)
    if reading.student:
        return Label(reading.student, name)
    if reading.named_regexp and (found := configured(name, reading.named_regexp)):
        return found
    if layout.platform:
        if found := layout.platform.label(name):
            return found
        raise Refused(f"it is not named as {layout.platform.name} names what is handed in, as all else here is")
    student, _, rest = name.partition("/")
    if other := next((platform.name for platform in platforms() if platform.label(name)), None):
        raise Refused(f"it is named as {other} names what is handed in, and not all here is: collect it by itself")
    if not rest:
        return _loose(PurePosixPath(name), reading)
    inner = rest.split("/")[0]
    if inner in reading.problem_sets and inner != reading.assignment:
        return None
    student = student[len(layout.prefix) :]
    if called_like_a_set(student, reading.problem_sets) and not reading.roster.find(student):
        raise Refused("its folder is called like a problem set, and not like a student")
    return Label(student, rest.removeprefix(f"{reading.assignment}/"))


def _loose(name: PurePosixPath, reading: Reading) -> Label:
    """A file in no folder may be called ``<student>.ipynb`` or ``<student>_<problem set>.ipynb``."""
    if name.suffix == ".zip":
        raise Refused("it is an archive in an archive: unpack it, or collect it by itself")
    again = r"(?: ?\(\d+\)|-\d+)?"
    if named := re.fullmatch(rf"(.+?)[ _-]+{re.escape(reading.assignment)}{again}", name.stem):
        return Label(named[1], name.name)
    try:
        if reading.roster.find(name.stem):
            return Label(name.stem, name.name)
    except ValueError as reason:
        raise Refused(f"it is not clear whose it is: {reason}") from None
    raise Refused(
        "nothing says whose it is: put it into a folder with the student's id, or collect it by itself with --student"
    )


def _student(said: Label, reading: Reading) -> str:
    """The id of the student, as on the roster or the worksheet if they know it."""
    roster = reading.roster
    try:
        if known := reading.worksheet.person(said):
            student = known
        elif said.platform and said.platform.list_inside:
            raise ValueError(
                f"{said.platform.list_inside} names nobody of whom that is sure, or several who handed it in together: "
                "collect it by itself with --student"
            )
        elif found := roster.find_named(said.name, said.lasting_number) if said.platform else roster.find(said.name):
            student = found.id
        elif said.platform and called_like_a_set(said.name, reading.problem_sets):
            raise ValueError(f"{said.name} is called like a problem set, and not like a student")
        else:
            student = said.id if said.platform else said.name
            if said.platform and student in roster.people:
                raise ValueError(f"{said.name} would become {student}, who is somebody else")
    except ValueError as reason:
        raise Refused(f"it is not clear whose it is: {reason}") from None
    if problem := unfit_id(student):
        raise Refused(f"what it says of the student cannot be used: {problem}")
    return student


def _add(submission: HandedIn, said: Label, member: Member, reading: Reading) -> None:
    """Put a file, and what it says about the time, into the submission."""
    submission.seen = max(submission.seen, member.changed)
    submission.platform = said.platform.name if said.platform else ""
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
    if not submission.path or name.endswith(".ipynb"):
        submission.path = said.path
    if said.time:
        submission.handed_in_at(said.time)
    elif time := reading.worksheet.time(said):
        submission.handed_in_at(time)
    elif said.late and reading.due:
        submission.handed_in_at(reading.due + LATE_BY, exact=False)
    elif not said.platform and not submission.certain:
        submission.time = submission.seen
    if said.late and said.platform:
        submission.late = said.platform.name


def _written_time(member: Member) -> datetime:
    if member.size > LONGEST_TIME:
        raise Refused("it is too long for a time")
    try:
        return read_moment(member.read().decode())
    except UnicodeDecodeError:
        raise Refused("it is no text") from None
    except ValueError as reason:
        raise Refused(str(reason)) from None
