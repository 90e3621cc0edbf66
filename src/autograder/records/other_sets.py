"""Another problem set than the one asked for, recognised by the cells that only it has."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.judging import submission
from autograder.judging.submission import Unreadable

FEW = 3
SHARE = 0.1
"""So many of a class, and such a part of it, may hand in another problem set by mistake."""
_CELL = re.compile(rb'"grade_id"\s*:\s*"([^"\\]{1,100})"')


@dataclass(frozen=True)
class OtherSets:
    """The cells that the problem set ``assignment`` alone has, and those of each other set."""

    assignment: str = ""
    own: frozenset[bytes] = frozenset()
    others: dict[str, frozenset[bytes]] = field(default_factory=dict)

    @classmethod
    def of(cls, released: Mapping[str, Path], assignment: str) -> OtherSets:
        """Those of the problem sets whose ``released`` notebooks lie there, by name."""
        cells = {each: _cells(path) for each, path in released.items()}
        alone = {
            each: frozenset(found.difference(*(cells[other] for other in cells if other != each)))
            for each, found in cells.items()
        }
        return cls(assignment, alone.pop(assignment, frozenset()), alone)

    def which(self, content: bytes) -> str:
        """The other problem set that this notebook is of, "" if it is of this one or of none."""
        found = set(_CELL.findall(content))
        shared = {name: len(found & cells) for name, cells in self.others.items()}
        most = max(shared, key=lambda name: shared[name], default="")
        return most if most and shared[most] and not found & self.own else ""

    def is_own(self, content: bytes) -> bool:
        """Whether this notebook has a cell that only this problem set has."""
        return bool(self.own.intersection(_CELL.findall(content)))

    def which_of(self, contents: Iterable[bytes]) -> str:
        """That of several notebooks; "" if one of them is of this problem set."""
        notebooks = list(contents)
        named = [self.which(content) for content in notebooks]
        return next(iter(named), "") if all(named) else ""

    def handed_in(self, submitted: Path, student: str) -> str:
        """That of a submission that lies there to be graded."""
        try:
            return self.which(
                submission.read_bytes(submission.find(submitted / student / self.assignment, self.assignment))
            )
        except Unreadable:
            return ""

    def require_few(self, mistaken: dict[str, str], of: Collection[str]) -> None:
        """ValueError if more than a few of a class have handed in another problem set: they meant it."""
        if len(mistaken) > FEW and len(mistaken) > SHARE * len(of):
            sets = " and ".join(sorted(set(mistaken.values())))
            raise ValueError(
                f"{len(mistaken)} of {len(of)} submissions are of {sets}, and not of {self.assignment}: "
                f"nothing was done. Is it the right source? Name the other problem set in place of {self.assignment}."
            )


def _cells(released: Path) -> frozenset[bytes]:
    return frozenset(_CELL.findall(released.read_bytes())) if released.is_file() else frozenset()
