"""What platforms let one download, made here, and what is collected from it."""

from __future__ import annotations

import zipfile
from pathlib import Path

from autograder.platforms import platforms
from autograder.platforms.archive import Refused, opened
from autograder.platforms.collect import HandedIn, Reading, find_submissions
from autograder.platforms.store import Store
from autograder.records.roster import Person, Roster

PS = "ps2_missing_sum"
SETS = ("ps1_losses", PS)
ADA, BEN, EVE = (
    Person("alove", "Lovelace", "Ada", "ada@x.edu", "4711"),
    Person("bhall", "Hall", "Ben", "ben@x.edu", "4712"),
    Person("eve", "Sanz Peña", "Eva María", "eve@x.edu", "4713"),
)
MOODLE = next(platform for platform in platforms() if platform.name == "Moodle")
ROSTER = Roster([ADA, BEN, EVE])


def zipped(path: Path, *entries: tuple[str, bytes], time=(2026, 10, 1, 12, 0, 0), change=lambda info: None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries:
            info = zipfile.ZipInfo(name, time)
            info.compress_type = zipfile.ZIP_DEFLATED
            change(info)
            file.writestr(info, content)
    return path


def gathered(source: Path, **reading) -> tuple[dict[str, HandedIn], list[tuple[str, str]]]:
    """The submissions in a source by student, and what was refused."""
    reading = Reading(**{"assignment": PS, "problem_sets": SETS, "roster": ROSTER, **reading})
    with opened(source) as contents:
        found = find_submissions(contents, reading)
        return {submission.student: submission for submission in found}, contents.refused


def collected(source: Path, store: Store, **reading) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """What was done with each student's submission, and what was refused."""
    done = {}
    with opened(source) as contents:
        for submission in find_submissions(
            contents, Reading(**{"assignment": PS, "problem_sets": SETS, "roster": ROSTER, **reading})
        ):
            try:
                done[submission.student], unread = store.keep(submission)
                contents.refused += unread
            except Refused as reason:
                contents.refused.append((submission.student, str(reason)))
        return done, contents.refused
