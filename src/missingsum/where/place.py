"""What a search says: a place in the student's own text, and the kind of change that is needed there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from missingsum.where.words import KINDS

VERSION = 1
"""Of the search: feedback of one version can be told from that of the next when its effect is counted."""


@dataclass(frozen=True)
class Spot:
    """A line, counted in the cell, and an expression or statement in it; ``around`` is what it is a part of."""

    line: int
    text: str
    around: str = ""

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}" + (f" in {self.around}" if self.around else "")


@dataclass(frozen=True)
class Place:
    """Where a change makes the function right: one spot or two, of one ``kind`` of change each."""

    spots: tuple[Spot, ...]
    kinds: tuple[str, ...]
    version: int = VERSION

    def __str__(self) -> str:
        return "Look at " + ", and at ".join(map(str, self.spots))

    @property
    def hint(self) -> str:
        """Which kind of change, in a sentence."""
        words = list(dict.fromkeys(KINDS[kind] for kind in self.kinds if kind in KINDS))
        return " ".join(words)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Place:
        """Read what `to_dict` wrote; KeyError, TypeError or ValueError if it is no such thing."""
        spots = tuple(Spot(int(spot["line"]), str(spot["text"]), str(spot["around"])) for spot in data["spots"])
        return cls(spots, tuple(map(str, data["kinds"])), int(data["version"]))
