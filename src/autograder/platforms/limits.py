"""How much is taken of one submission and of one source, so that nobody fills memory or disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from autograder.platforms.archive import MAX_RATIO, Member

MAX_FILES = 200
MAX_SIZE = 50_000_000
"""Files and bytes of one submission."""
PACKED_FREELY = 1_000_000
"""So many bytes of one submission may be packed as tightly as they can be."""


@dataclass
class Left:
    """How many files and bytes may still be taken ``of`` something, and how tightly what is taken was packed."""

    files: int
    size: int
    of: str
    freely: int = 0
    taken: int = 0
    packed: int = 0

    def __post_init__(self) -> None:
        self._most = f"at most {self.files} files", f"at most {self.size / 1e6:g} MB"

    def refuses(self, member: Member) -> str:
        """Why a file is too much, "" if it is not."""
        if not self.files:
            return f"{self._most[0]} {self.of} are taken"
        if member.size > self.size:
            return f"{self._most[1]} {self.of} are taken"
        if self.freely and self.taken + member.size > max(self.freely, MAX_RATIO * (self.packed + member.packed)):
            return f"together they are more than {MAX_RATIO} times as large as packed, which looks like a zip bomb"
        return ""

    def take(self, member: Member) -> None:
        self.files -= 1
        self.size -= member.size
        self.taken += member.size
        self.packed += member.packed


def within_limits(files: Mapping[str, Member], source: Left) -> tuple[dict[str, Member], list[str]]:
    """The files of one submission that are taken, notebooks first, and a line for each limit that left some out."""
    own, taken = Left(MAX_FILES, MAX_SIZE, "of one submission", PACKED_FREELY), {}
    refused: Counter[str] = Counter()
    for name in sorted(files, key=lambda name: (not name.endswith(".ipynb"), name)):
        member = files[name]
        if reason := own.refuses(member) or source.refuses(member):
            refused[reason] += 1
            continue
        own.take(member)
        source.take(member)
        taken[name] = member
    return taken, [f"{count} of {len(files)} files are left out: {reason}" for reason, count in refused.items()]
