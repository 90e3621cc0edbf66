"""What a learning platform is to this course: names of files, tables of people, and tables of grades."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import ClassVar

from autograder.records.grades import Grades
from autograder.records.roster import Roster


@dataclass(frozen=True)
class Label:
    """What the name of a file says: the student's name or id, the file's own name, and what the platform adds to it.

    ``platform`` is None for a plain folder. ``number`` is how the platform counts the student, "" if it does not say.
    """

    name: str
    file: str
    platform: Platform | None = None
    number: str = ""
    late: bool = False
    time: datetime | None = None
    path: str = ""
    """the whole name, as the platform gave it"""

    @property
    def lasting_number(self) -> str:
        """The number, if it is the student's for good."""
        return self.number if self.platform and self.platform.numbers_last else ""

    @property
    def id(self) -> str:
        """An id for somebody who is on no roster."""
        name = re.sub(r"[^\w.@+-]+", "_", self.name).strip("_.")
        alone = not self.platform or (name not in self.platform.nobody and not self.platform.numbers_last)
        return name if alone else f"{name}_{self.number}".strip("_")


@dataclass(frozen=True)
class Worksheet:
    """What a platform says apart from its archive: by number, who it is and when it was handed in."""

    platform: Platform | None = None
    people: Mapping[str, str] = field(default_factory=dict)
    times: Mapping[str, datetime] = field(default_factory=dict)

    def person(self, said: Label) -> str | None:
        return self.people.get(said.number) if said.platform and said.platform is self.platform else None

    def time(self, said: Label) -> datetime | None:
        return self.times.get(said.number) if said.platform and said.platform is self.platform else None


class Platform:
    """A learning platform; each of them is a subclass, registered in `autograder.platforms`.

    ``patterns`` are regular expressions for whole names in its archive of submissions, with the groups ``name``,
    ``file_id`` and, where there are any, ``number`` and ``late``. Each must match as early in a name as it can: what
    comes later was named by a student, and must not be taken for another student's. ``people`` says what its lists of
    people call the columns of nbgrader's gradebook, the best name first. By the columns ``keys`` a row of its table of
    grades finds its student, the surest first, and the columns ``names`` call the student by name. All columns are in
    lower case.
    """

    name: str
    patterns: Sequence[str] = ()
    nobody: Sequence[str] = ("",)
    """What it calls students while marking is anonymous."""
    numbers_last: bool = False
    """Whether the number in the name of a file is the student's for good, so that the roster may know it."""
    people: ClassVar[Mapping[str, Sequence[str]]] = {}
    keys: Sequence[str] = ()
    number: str = ""
    """The one of the ``keys`` that is the number by which the platform counts the student."""
    names: Sequence[str] = ()
    worksheet: str = ""
    """What its table of who handed in when is called, and how it is known."""
    list_inside: str = ""
    """The file of its archive that alone says whose the numbers in it are, if there is one."""
    tells_apart: str = ""
    """What to do where several students have one name in its archive."""

    def label(self, path: str) -> Label | None:
        """What the name of a file in its archive says; None if it is no such name."""
        for pattern in self.patterns:
            if found := re.fullmatch(pattern, path):
                said = found.groupdict("")
                late = bool(said.get("late"))
                return Label(said["name"], said["file_id"], self, said.get("number", ""), late, path=path)
        return None

    def handed_back(self, path: str, file: str) -> str:
        """What ``file`` must be called for the platform to give it back to who handed in ``path``.

        "" if nothing can be handed back so.
        """
        return ""

    def read_list_inside(self, content: bytes, roster: Roster) -> Worksheet:
        """What ``list_inside`` says; ValueError if it cannot be read."""
        raise NotImplementedError

    def read_worksheet(self, path: Path, roster: Roster, zone: tzinfo) -> Worksheet | None:
        """Its table of who handed in when, with times in ``zone``; None if the file is no such table.

        ValueError if a time in it cannot be read.
        """
        return None

    def columns(self, names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str] | None:
        """The columns ``names`` of a table that it gave (people, worksheet or grades), in the words of this class.

        None if the table is not its own. ``rows`` are the others, for columns that are known by what is in them.
        """
        return None

    def is_about_nobody(self, cells: Mapping[str, str]) -> bool:
        """Whether a row of its list of people is about no student."""
        return False

    def import_table(self, grades: Grades, column: str) -> list[list[str | float]]:
        """The table of grades that it imports; ``column`` is what it calls the problem set."""
        raise NotImplementedError

    def grade_column(self, names: Sequence[str]) -> int | None:
        """Where the grade goes in a table that has a column for one problem set alone; None if it is no such table."""
        return None

    def maximum(self, cells: Mapping[str, str], grade: str) -> str | None:
        """What a row says the maximum is, ``grade`` being in the grade's column; None if it says nothing of it."""
        return None

    def is_about_points(self, cells: Mapping[str, str]) -> bool:
        """Whether a row of its table of grades is about the problem set and not about a student."""
        return False
