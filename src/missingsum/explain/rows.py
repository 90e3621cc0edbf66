"""Which rows or columns of an answer were computed at all: the others are all zeros, or all are the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from missingsum.comparison import Answer
from missingsum.explain.finding import Finding


@dataclass(frozen=True)
class Pattern:
    """What the lines of all answers show by themselves: the ``slip``, in ``words``, and which lines to look at.

    ``axis`` is that of the lines: 0 for rows, -1 for columns. ``look`` has for each sample the lines that were
    computed, and ``copied`` the line that all are copies of, if they are.
    """

    slip: str
    words: str
    axis: int
    look: tuple[np.ndarray, ...]
    copied: bool = False


def patterns(answers: Sequence[Answer], truths: Sequence[np.ndarray]) -> list[Pattern]:
    """What the rows, and then the columns, of all answers show."""
    found = []
    for axis, kind in ((0, "row"), (-1, "column")):
        if any(np.shape(a) != np.shape(t) or np.ndim(a) < (1 if kind == "row" else 2) for a, t in zip(answers, truths)):
            continue
        lines = [np.moveaxis(np.asarray(a, dtype=np.float64), axis, 0).reshape(np.shape(a)[axis], -1) for a in answers]
        right = [np.moveaxis(t, axis, 0).reshape(np.shape(t)[axis], -1) for t in truths]
        found += _of_zeros(lines, right, axis, kind)
        several = [line for line in lines if len(line) > 1]
        if kind == "row" and several and all(line.shape[1] > 1 and (line == line[0]).all() for line in several):
            found += [
                Pattern("last-row-everywhere", "", axis, tuple(np.array([len(line) - 1]) for line in lines), True),
                Pattern("first-row-everywhere", "", axis, tuple(np.array([0]) for line in lines), True),
            ]
    return found


def _of_zeros(lines: list[np.ndarray], right: list[np.ndarray], axis: int, kind: str) -> list[Pattern]:
    zero = [np.asarray(~line.any(axis=1) & truth.any(axis=1)) for line, truth in zip(lines, right)]
    several = [z for z in zero if len(z) > 1]
    if not several or not all(z.any() and not z.all() for z in several) or any(z.all() for z in zero):
        return []
    computed = tuple(np.flatnonzero(~z) for z in zero)
    for which, slip, words in (
        (lambda n: [0], f"first-{kind}-only", f"only the first {kind} was computed: all others are zeros"),
        (lambda n: [n - 1], f"last-{kind}-only", f"only the last {kind} was computed: all others are zeros"),
        (lambda n: range(1, n), f"{kind}s-skipped", f"the first {kind} is all zeros"),
        (lambda n: range(n - 1), f"{kind}s-skipped", f"the last {kind} is all zeros"),
        (lambda n: range(0, n, 2), f"{kind}s-skipped", f"every other {kind} is all zeros"),
        (lambda n: range(1, n, 2), f"{kind}s-skipped", f"every other {kind} is all zeros"),
    ):
        if all(np.array_equal(np.flatnonzero(~z), list(which(len(z)))) for z in several):
            if kind == "column" and slip.endswith("only"):
                slip = "columns-skipped"
            return [Pattern(slip, words if slip not in ("first-row-only", "last-row-only") else "", axis, computed)]
    some = ", ".join(str(k) for k in np.flatnonzero(several[0]))
    said = f"{kind} {some} of {len(several[0])} is" if np.sum(several[0]) == 1 else f"{kind}s {some} are"
    return [Pattern(f"{kind}s-skipped", f"{said} all zeros", axis, computed)]


def factor_of_each_row(
    answers: Sequence[np.ndarray], truths: Sequence[np.ndarray], rtol: float, clear: float
) -> Finding:
    """Each row right up to a factor of its own, not the same for all; wrong in two samples and more."""
    factors: list[float] = []
    wrong = 0
    for answer, truth in zip(answers, truths):
        before = len(factors)
        if answer.shape != truth.shape or truth.ndim != 2 or truth.shape[1] < 2 or len(truth) < 2:
            return Finding()
        for a, t in zip(answer, truth):
            if not t.any() or not a.any():
                return Finding()
            factors.append(float(a @ t / (t @ t)))
            if np.abs(a - factors[-1] * t).max() > rtol * np.abs(a).max():
                return Finding()
        wrong += any(abs(factor - 1) > clear for factor in factors[before:])
    if wrong < 2 or np.ptp(factors) <= clear:
        return Finding()
    few = ", ".join(f"{factor:.4g}" for factor in factors[: len(truths[0])][:4])
    return Finding(("factor-of-each-row",), (f"the rows are {few} times what they should be",), 3.0)
