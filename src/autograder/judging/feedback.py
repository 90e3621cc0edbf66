"""The pieces of feedback on one function, as data: what each is, so that its effect can be counted."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from missingsum.slips import SLIPS, UNEXPLAINED
from missingsum.where.place import Place


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that a student is told.

    ``kind`` is *what* (a mistake is named), *where* (a place is shown) or *open* (a check that nothing explains);
    ``label`` says which: the id of the mistake, the kind of change at the place, the name of the check (*all* if
    nothing is named at all). ``priority`` is its place among the pieces, 1 comes first. ``version`` changes with the
    words: effects of different words are counted apart.
    """

    kind: str
    label: str
    priority: int
    version: str

    @property
    def key(self) -> str:
        """What it is, in one word: ``what:missing-sum:1a2b3c4d``."""
        return f"{self.kind}:{self.label}:{self.version}"


def pieces(slips: Sequence[str], left_open: Sequence[str], place: Place | None) -> tuple[Piece, ...]:
    """All that is told of a function, in order: its mistakes, what they leave open, the place."""
    told = [("what", slip, of_words(SLIPS[slip].explanation)) for slip in slips if slip in SLIPS]
    told += [("open", check, of_words(UNEXPLAINED)) for check in left_open]
    if place:
        told.append(("where", "+".join(place.kinds), str(place.version)))
    return tuple(Piece(kind, label, priority, version) for priority, (kind, label, version) in enumerate(told, start=1))


def of_words(text: str) -> str:
    """The version of a text: the same for the same words."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]
