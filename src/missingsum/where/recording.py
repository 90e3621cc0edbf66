"""Cases from a check that has run: the calls of the function, and for each answer, or part of one, the truth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from missingsum.watching import RAISED, Watch
from missingsum.where.cases import Case, Path
from missingsum.where.inside import copied

MOST_NUMBERS = 5_000
"""In one case; what is larger is left to the check."""
MOST_CALLS = 2_000
RTOL = 1e-7


class Recording(Watch):
    """Remembers calls of one function with copies of their arguments, and which truths their answers were held to."""

    def __init__(self, function: Any) -> None:
        self._function = function
        self._calls: list[tuple[tuple[Any, ...], Any]] = []
        self._truths: list[tuple[Any, np.ndarray, float | None]] = []

    def called(self, function: Any, arguments: tuple[Any, ...], answer: Any) -> None:
        if function is self._function and len(self._calls) < MOST_CALLS:
            self._calls.append((copied(arguments), answer))

    def known(self, answer: Any, truth: Any, rtol: float | None) -> None:
        if len(self._truths) < MOST_CALLS:
            self._truths.append((answer, np.asarray(truth), rtol))

    @property
    def calls(self) -> list[tuple[Any, ...]]:
        """The arguments of the calls, of which no truth need be known; those that raised come last."""
        return [arguments for arguments, _ in sorted(self._calls, key=lambda call: call[1] is RAISED)]

    def cases(self) -> list[Case]:
        """In the order of the calls; only those of which a truth is known.

        An answer is found again by its identity, alone or as a part; one that was put together from the numbers of
        several calls, by these numbers. Of a truth that is itself such an answer nothing follows, and what a sample
        says goes before what an answer was only compared with.
        """
        places = {
            id(part): (number, path) for number, (_, answer) in enumerate(self._calls) for path, part in _parts(answer)
        }
        known: dict[int, dict[Path, np.ndarray]] = {}
        tolerances: dict[int, float] = {}
        for answer, truth, rtol in sorted(self._truths, key=lambda known: known[2] is not None):
            if id(truth) in places or truth.dtype.kind not in "fiub":
                continue
            if id(answer) in places:
                number, path = places[id(answer)]
                first = known.setdefault(number, {}).setdefault(path, truth)
                if rtol is not None and np.array_equal(first, truth, equal_nan=True):
                    tolerances[number] = min(tolerances.get(number, RTOL), rtol)
            elif isinstance(answer, np.ndarray) and answer.shape == truth.shape:
                for number, entry in zip(self._one_by_one(answer), truth.ravel()):
                    known.setdefault(number, {}).setdefault((), np.asarray(entry))
        found = [
            Case(self._calls[number][0], tuple(parts.items()), tolerances.get(number, RTOL))
            for number, parts in sorted(known.items())
        ]
        return [case for case in found if case.size <= MOST_NUMBERS]

    def _one_by_one(self, answer: np.ndarray) -> range:
        """The calls, one after the other, whose numbers these are; none if there are no such calls."""
        values = answer.ravel()
        for last in range(len(self._calls), len(values) - 1, -1):
            calls = range(last - len(values), last)
            if all(_is_number(self._calls[k][1], value) for k, value in zip(calls, values)):
                return calls
        return range(0)


def _parts(answer: Any) -> Iterator[tuple[Path, Any]]:
    """The answer, and what it holds, each with the way to it; numbers that Python may share are left out."""
    if isinstance(answer, (np.ndarray, np.generic, float)):
        yield (), answer
    elif isinstance(answer, (tuple, list)) and len(answer) < 10:
        for number, item in enumerate(answer):
            yield from (((number, *path), part) for path, part in _parts(item))
    elif isinstance(answer, dict) and len(answer) < 20:
        for key, item in answer.items():
            if isinstance(key, str):
                yield from (((key, *path), part) for path, part in _parts(item))
    elif answer is None or isinstance(answer, (int, list, tuple, dict)):
        if not isinstance(answer, (bool, int)) and answer is not None:
            yield (), answer


def _is_number(answer: Any, value: Any) -> bool:
    if not isinstance(answer, (int, float, np.generic, np.ndarray)) or np.ndim(answer):
        return False
    return bool(answer == value or (answer != answer and value != value))
