"""What the diagnosis hands back: ids of slips, and sentences with the array, the axis or the number they are about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from missingsum.text import sentence

FAR = 1.9
"""The weight of two changes, which are seldom both of the cheapest kind."""


@dataclass(frozen=True)
class Finding:
    """What an answer computes, as far as it is known; false if nothing is.

    ``slips`` are its labels, ``details`` whole sentences without a full stop. ``weight`` is how far the answer is from
    the right one: of two findings the lighter has priority.
    """

    slips: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    weight: float = 0.0
    presumed: bool = False
    """whether it is what a special input shows as a rule: what explains ordinary inputs may give the same there"""
    tentative: bool = False
    """whether it is told only where all else is explained, because many other mistakes would show the same"""
    fits: Callable[[Sequence[Any]], bool] | None = field(default=None, compare=False, repr=False)
    """whether the same formula gives the answers of other samples too; None if there is no formula"""

    gives: Callable[[Any], bool] | None = field(default=None, compare=False, repr=False)
    """whether the formula gives numbers for the data of another sample, where another answer may have raised"""

    def __bool__(self) -> bool:
        return bool(self.slips)

    def explains(self, samples: Sequence[Any]) -> bool:
        """Whether what was found gives the answers of these samples as well, beside those that it was found from."""
        if not samples or self.fits is None:
            return False
        try:
            return self.fits(samples)
        except Exception:  # samples of another kind: what only explains must cost nobody a report
            return False

    def by_chance(self, explained: int, left: int) -> bool:
        """Whether a formula that explains so many checks and leaves more of them unexplained fits by chance.

        Of those that take two changes there are so many that one is enough.
        """
        return self.fits is not None and left > (0 if self.weight >= FAR else explained)

    @property
    def gives_way(self) -> bool:
        """Whether what was found before, and explains the same answers, is to be named in its place."""
        return self.presumed or self.fits is not None

    def lets_raise(self, data: Callable[[], Sequence[Any]]) -> bool:
        """Whether the formula has no numbers for one of these data, as a function has none that raises there."""
        try:
            given = list(data())
            return self.gives is None or not given or not all(map(self.gives, given))
        except Exception:  # what cannot be computed there
            return True

    @property
    def text(self) -> str:
        """The details as one sentence: “The input z stands where the output s belongs; s * g is not added up.”"""
        return f"{sentence('; '.join(self.details))}." if self.details else ""
