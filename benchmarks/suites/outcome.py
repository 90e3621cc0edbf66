"""What becomes of one case of another project, and the truth that decides where the two differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from mpmath import mp, mpf

ROUNDINGS = 64
"""Of the largest entry of an answer: what two right ones may differ by, in the narrower of the types that were asked
for.
"""


class Difference(Exception):
    """What is asked for the reference leaves out, or does otherwise, on purpose; the message is the reason."""


@dataclass
class Tally:
    """One suite's outcomes."""

    suite: str
    version: str
    passed: int = 0
    failed: list[str] = field(default_factory=list)
    peer_wrong: dict[str, str] = field(default_factory=dict)
    """the cases, and mpmath's word on each"""
    differences: Counter[str] = field(default_factory=Counter)
    """the reasons, and how often each"""

    def row(self) -> dict[str, object]:
        """For results.json."""
        run = self.passed + len(self.failed) + len(self.peer_wrong) + self.differences.total()
        return {
            "suite": self.suite,
            "version": self.version,
            "run": run,
            "passed": self.passed,
            "failed": self.failed,
            "peer_wrong": dict(sorted(self.peer_wrong.items())),
            "differences": dict(sorted(self.differences.items())),
        }

    def settle(self, name: str, ours: Callable[[], list], theirs: list, truth: Callable[[], list]) -> None:
        """Compare lists of arrays, value and gradient; where they differ, ``truth`` says who is right.

        ``truth`` gives arrays of mpmath numbers in the same shapes.
        """
        try:
            mine = ours()
        except Difference as reason:
            self.differences[str(reason)] += 1
            return
        if largest_distance(mine, theirs, theirs) <= ROUNDINGS:
            self.passed += 1
            return
        exact = truth()
        our_error, their_error = (largest_distance(given, exact, theirs) for given in (mine, theirs))
        if our_error > ROUNDINGS:
            self.failed.append(name)
        elif their_error > ROUNDINGS:
            self.peer_wrong[name] = f"off by {their_error:.2g} roundings of the largest entry, ours by {our_error:.2g}"
        else:
            self.passed += 1


def largest_distance(given: list, truth: list, typed: list) -> float:
    """Over pairs of arrays, the largest distance of two entries in roundings of the largest entry, in the types of
    ``typed``.

    inf where the shapes differ, or where an entry is nan or infinite in one of the two alone.
    """
    return max(_distance(a, b, np.finfo(np.asarray(t).dtype)) for a, b, t in zip(given, truth, typed, strict=True))


def _distance(a: np.ndarray, b: np.ndarray, kind: np.finfo) -> float:
    if np.shape(a) != np.shape(b):
        return float("inf")
    pairs = list(zip(_numbers(a), _numbers(b)))
    unit = float(kind.eps) * max((abs(y) for _, y in pairs if mp.isfinite(y)), default=mpf(0)) + float(kind.tiny)
    apart = [abs(x - y) / unit for x, y in pairs if x != y and not (mp.isnan(x) and mp.isnan(y))]
    return max((float(d) if mp.isfinite(d) else float("inf") for d in apart), default=0.0)


def _numbers(values: np.ndarray) -> Iterable[mpf]:
    return [v if isinstance(v, mpf) else mpf(float(v)) for v in np.asarray(values).ravel()]


def exactly(values: np.ndarray) -> np.ndarray:
    """The numbers as mpmath's, in an array of objects."""
    array = np.empty(np.shape(values), dtype=object)
    array.ravel()[:] = [mpf(float(v)) for v in np.asarray(values).ravel()]
    return array


def slopes(f: Callable[[np.ndarray], mpf], x: np.ndarray) -> np.ndarray:
    """The gradient of f at exact x by central differences at a step of 1e-40, in 120 digits: no formula but f's own."""
    step = mpf(10) ** -40
    gradient = np.empty(x.shape, dtype=object)
    for where in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[where] += step
        below[where] -= step
        gradient[where] = (f(above) - f(below)) / (2 * step)
    return gradient
