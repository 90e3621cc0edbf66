"""What is known of a function's right answers: arguments, and the truth of the whole answer or of parts of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from missingsum.comparison import mismatch

Outcome = Sequence[Any]
"""[answer, whether the arguments stayed as they were], or [] where the function raised or ran too long."""
Path = tuple[int | str, ...]
"""The way into an answer that is a tuple or a dict: (1, "W1")."""


@dataclass(frozen=True)
class Case:
    """One call, and what should come back; ``truths`` has (where in the answer, right numbers)."""

    arguments: tuple[Any, ...]
    truths: tuple[tuple[Path, np.ndarray], ...]
    rtol: float = 1e-7

    @property
    def size(self) -> int:
        """How many numbers go in and out."""
        return sum(truth.size for _, truth in self.truths) + sum(np.size(a) for a in self.arguments if _is_array(a))

    def is_met(self, outcome: Outcome) -> bool:
        """Whether this is the right answer, and no argument was changed."""
        if len(outcome) != 2 or not outcome[1]:
            return False
        try:
            return all(mismatch(at(outcome[0], path), truth, self.rtol) is None for path, truth in self.truths)
        except (LookupError, TypeError, ValueError, OverflowError):
            return False

    def numbers(self, outcome: Outcome) -> np.ndarray | None:
        """All numbers of the answer of which the truth is known, in one vector; None if its form is not right."""
        if len(outcome) != 2:
            return None
        found = []
        for path, truth in self.truths:
            try:
                part = np.asarray(at(outcome[0], path), dtype=np.float64)
            except (LookupError, TypeError, ValueError, OverflowError):
                return None
            if part.shape != truth.shape:
                return None
            found.append(part.ravel())
        return np.concatenate(found) if found else None

    def off(self, outcome: Outcome) -> float:
        """The largest error, relative to the largest number of all; infinite if there are no numbers."""
        numbers, wanted = self.numbers(outcome), self.wanted
        if numbers is None or not np.isfinite(numbers).all():
            return np.inf
        return float(np.abs(numbers - wanted).max(initial=0) / (np.abs(wanted).max(initial=0) or 1.0))

    def progress(self, outcome: Outcome) -> float:
        """How near an outcome is: the share of right entries; more where it is the truth times one number."""
        numbers, wanted = self.numbers(outcome), self.wanted
        if numbers is None:
            return -1.0
        with np.errstate(all="ignore"):
            scale = float(np.abs(wanted).max()) or 1.0
            right = float(np.mean(np.abs(numbers - wanted) <= 1e-7 * scale))
            large = np.abs(wanted) > 1e-9 * scale
            ratios = numbers[large] / wanted[large]
            constant = ratios.size > 1 and bool(np.ptp(ratios) <= 1e-7 * np.abs(ratios).max()) and ratios[0] != 0
            cosine = abs(float(numbers @ wanted)) / (np.linalg.norm(numbers) * np.linalg.norm(wanted) or 1.0)
        return float(right + 0.9 * constant + (0.1 * cosine if np.isfinite(cosine) else -0.1))

    @property
    def parts(self) -> list[slice]:
        """Where in `wanted` the truths stand, one after the other."""
        ends = np.cumsum([0, *(truth.size for _, truth in self.truths)])
        return [slice(int(a), int(b)) for a, b in pairwise(ends)]

    @property
    def wanted(self) -> np.ndarray:
        return np.concatenate([np.asarray(truth, dtype=np.float64).ravel() for _, truth in self.truths])


def at(answer: Any, path: Path) -> Any:
    """The part of an answer that a path leads to; LookupError or TypeError if there is none."""
    for step in path:
        answer = answer[step]
    return answer


def _is_array(value: object) -> bool:
    return isinstance(value, np.ndarray)
