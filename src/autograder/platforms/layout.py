"""How a source is laid out: decided once for all of it, and never by a name that a student chose.

Students choose what is called how inside their own folder, or behind the part of a name that a platform puts in front.
The folders of the source are the instructor's or the platform's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from autograder.platforms import platforms
from autograder.platforms.archive import Refused
from autograder.platforms.platform import Platform
from autograder.records.roster import Roster
from autograder.text import printable


@dataclass(frozen=True)
class Layout:
    """Folders around all of it; the platform that named what is in them, or None; and else how folders begin."""

    depth: int = 0
    platform: Platform | None = None
    prefix: str = ""

    def inside(self, name: str) -> str:
        """The name without the folders around all of it."""
        return name.split("/", self.depth)[-1]


def layout_of(
    names: Sequence[str], source: str, assignment: str, problem_sets: Collection[str], roster: Roster
) -> Layout:
    """The layout of a source that is called ``source``; `Refused` if it could be one or the other."""
    depth = _depth(names, source, assignment, problem_sets, roster)
    inner = [name.split("/", depth)[-1] for name in names]
    folders = _folders(inner)
    platform = next((platform for platform in platforms() if _all_named_by(platform, inner)), None)
    if platform and platform.list_inside and platform.list_inside not in inner:
        raise Refused(
            f"these folders are named by {platform.name}'s numbers, and {platform.list_inside}, which says whose they "
            "are, does not lie beside them: put it there, or collect each by itself with --student"
        )
    return Layout(depth, platform, "" if platform else _prefix(folders, assignment))


def called_like_a_set(name: str, problem_sets: Collection[str]) -> bool:
    """Whether this is how a problem set may be called, and no student: ``ps2``, ``ps2_missing_sum-ada``."""
    plain = _plain(name)
    return any(plain == _plain(each).split("_")[0] or plain.startswith(_plain(each)) for each in problem_sets)


def _depth(names: Sequence[str], source: str, assignment: str, problem_sets: Collection[str], roster: Roster) -> int:
    """1 if one folder lies around the students', 0 if there is none."""
    around = {name.partition("/")[0] for name in names}
    if len(around) != 1 or not all("/" in name for name in names):
        return 0
    (folder,) = around
    if _is_known(roster, folder) or any(platform.label(name) for platform in platforms() for name in names):
        return 0
    inner = [name.partition("/")[2] for name in names]
    folders, platform = _folders(inner), any(_all_named_by(platform, inner) for platform in platforms())
    lists = {platform.list_inside for platform in platforms()}
    loose = [name for name in inner if "/" not in name and name not in lists]
    if not platform and (loose or folders & set(problem_sets)):
        return 0
    if folder == source or _plain(folder) == f"{_plain(assignment)}_submissions":
        return 1
    if re.fullmatch(r"assignment_\d+_export", folder):
        return 1
    if platform:
        people = {label.name for platform in platforms() for name in inner if (label := platform.label(name))}
    else:
        people = folders
    if len(people) > 1 and any(_is_known(roster, name) for name in people):
        return 1
    raise Refused(
        f"{printable(folder)} may be a student's folder, or one around those of the students, and the roster knows "
        "nobody in it: collect that folder itself, or name its student with --student"
    )


def _folders(names: Sequence[str]) -> set[str]:
    return {name.partition("/")[0] for name in names if "/" in name}


def _all_named_by(platform: Platform, names: Sequence[str]) -> bool:
    """Whether the platform named every folder and every notebook."""
    named = [platform.label(name) is not None for name in names if "/" in name or name.endswith(".ipynb")]
    return all(named) and any(platform.label(name) for name in names)


def _prefix(folders: Collection[str], assignment: str) -> str:
    """What code platforms put in front of a student's name: ``ps2_missing_sum-``; "" unless all folders begin so."""
    starts = [_plain(folder).startswith(f"{_plain(assignment)}_") for folder in folders]
    return f"{assignment}-" if starts and all(starts) else ""


def _plain(name: str) -> str:
    return name.casefold().replace("-", "_").replace(" ", "_")


def _is_known(roster: Roster, name: str) -> bool:
    try:
        return roster.find(name) is not None
    except ValueError:
        return True
