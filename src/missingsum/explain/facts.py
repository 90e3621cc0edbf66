"""Facts about a wrong answer that hold whether its cause is known or not, and one small example with numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from missingsum.comparison import Answer, not_real_numbers

NEAR = 1e-6
MOST = 4
"""Rows or columns that are counted out; of more their number is said."""


def facts(answer: Answer, truth: np.ndarray) -> list[str]:
    """What is seen in an answer of the right shape: where it is wrong, nan, zero, or the same; its row sums."""
    truth = np.asarray(truth, dtype=np.float64)
    if truth.ndim < 1 or truth.size < 2 or not_real_numbers(answer, truth.shape):
        return []
    values = np.asarray(answer, dtype=np.float64)
    return list(_seen(values, truth))


def _seen(values: np.ndarray, truth: np.ndarray) -> Iterator[str]:
    broken = ~np.isfinite(values)
    if broken.any():
        yield f"not finite {_places(broken)}"
        if (truth[broken] == 0).all():
            yield "that is where the right answer is 0"
        return
    if not values.any():
        yield "all entries are 0"
        return
    wrong = np.abs(values - truth) > NEAR * np.maximum(np.abs(truth), np.abs(values)).max(axis=-1, keepdims=True)
    if wrong.any() and not wrong.all():
        yield f"wrong {_places(wrong)}, right elsewhere"
    if values.ndim == 2 and len(values) > 1:
        for axis, kind in ((1, "row"), (0, "column")):
            zero = ~values.any(axis=axis) & truth.any(axis=axis)
            if zero.any():
                yield f"{_counted(np.flatnonzero(zero), kind)} all zeros"
        if (values == values[0]).all() and not (truth == truth[0]).all():
            yield "all rows are equal to each other"
        sums, right = values.sum(axis=1), truth.sum(axis=1)
        size = np.abs(truth).sum(axis=1).max()
        if np.abs(right).max() < 1e-9 * size and np.abs(sums).max() > NEAR * size:
            yield f"the rows of the right answer sum to 0, yours to {', '.join(shown(v) for v in sums[:3])}"


def _places(which: np.ndarray) -> str:
    """Where an array is true, in words: “in rows 1 and 3”, “in column 2”, “at [0, 2]”."""
    if which.all():
        return "throughout"
    if which.ndim == 2:
        for axis, kind in ((1, "row"), (0, "column")):
            lines = np.asarray(which.any(axis=axis))
            if (which == (lines[:, None] if axis == 1 else lines)).all():
                return f"in {_counted(np.flatnonzero(lines), kind).rsplit(' ', 1)[0]}"
    found = np.argwhere(which)
    if len(found) <= 2:
        return " and ".join(f"at {[int(k) for k in place]}" for place in found)
    return f"at {len(found)} of {which.size} entries"


def _counted(which: Sequence[int] | np.ndarray, kind: str) -> str:
    if len(which) == 1:
        return f"{kind} {which[0]} is"
    if len(which) > MOST:
        return f"{len(which)} {kind}s are"
    return f"{kind}s {', '.join(str(k) for k in which[:-1])} and {which[-1]} are"


def shown(value: float, digits: int = 4) -> str:
    """A number with so many digits, and never -0."""
    return f"{value + 0.0:.{digits}g}" if abs(value) > 1e-12 else "0"


@dataclass(frozen=True)
class Example:
    """A few rows of one input, of the right answer and of the given one, by name."""

    rows: int
    """how many rows the input has in all"""
    tables: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]

    @property
    def title(self) -> str:
        shown = max(len(table) for _, table in self.tables)
        return "An example:" if self.rows <= shown else f"An example, the first {shown} of {self.rows} rows:"

    def __str__(self) -> str:
        width = max(len(cell) for _, table in self.tables for row in table for cell in row)
        lines = [self.title]
        for name, table in self.tables:
            for k, row in enumerate(table):
                lines.append(f"{name if k == 0 else '':>8}  " + "  ".join(f"{cell:>{width}}" for cell in row))
        return "\n".join(lines)


def example(names: Sequence[str], arguments: Sequence[Any], answer: Answer, truth: np.ndarray) -> Example | None:
    """The first two rows of what a function was given, of what is right and of what it gave; None if it has no rows."""
    truth = np.asarray(truth, dtype=np.float64)
    if truth.ndim not in (1, 2) or truth.size > 60 or not_real_numbers(answer, truth.shape):
        return None
    values = np.asarray(answer, dtype=np.float64)
    rows = len(truth) if truth.ndim == 2 else 1
    digits = _digits(values, truth)
    given = [
        (name, np.asarray(argument))
        for name, argument in zip(names, arguments)
        if isinstance(argument, np.ndarray) and argument.dtype.kind in "fiu" and argument.ndim in (1, 2)
    ]
    tables = [(name, _cells(array, 4)) for name, array in given]
    tables += [("right", _cells(truth, digits)), ("yours", _cells(values, digits))]
    return Example(rows, tuple(tables))


def _cells(array: np.ndarray, decimals: int) -> tuple[tuple[str, ...], ...]:
    rows = np.atleast_2d(array)[:2]
    return tuple(tuple(str(v) if array.dtype.kind in "iu" else f"{v + 0.0:.{decimals}f}" for v in row) for row in rows)


def _digits(values: np.ndarray, truth: np.ndarray) -> int:
    """How many decimals show the largest difference with two digits, 4 at least."""
    with np.errstate(all="ignore"):
        largest = np.nanmax(np.where(np.isfinite(values), np.abs(values - truth), 0))
    return 4 if largest <= 0 else int(np.clip(np.ceil(-np.log10(largest)) + 1, 4, 15))
