"""Runs candidates: texts that define a function, on arguments that are copied for each.

It needs NumPy alone and no module of ours, so that its text can be sent to wherever a student's code runs. It knows no
right answer: what comes back is judged by the caller.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

MOST_STEPS = 20_000
"""Of all loops of one call."""


class TooLong(BaseException):
    """A loop that an edit has made endless, or nearly so; no ``except Exception`` of the student's catches it."""


class Steps:
    """Counts the steps of all loops since `left` was set."""

    left = MOST_STEPS

    def count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise TooLong

    def counted(self, items: Iterable) -> Iterator:
        for item in items:
            self.count()
            yield item

    def counted_while(self, condition: Any) -> Any:
        self.count()
        return condition


def copied(value: Any) -> Any:
    """The value, with new arrays; lists, tuples and dicts are looked into."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if type(value) in (list, tuple):
        return type(value)(copied(item) for item in value)
    if type(value) is dict:
        return {key: copied(item) for key, item in value.items()}
    return value


def same(before: Any, after: Any) -> bool:
    """Whether all arrays are as they were."""
    if isinstance(before, np.ndarray):
        return isinstance(after, np.ndarray) and before.dtype == after.dtype and np.array_equal(before, after, True)
    if type(before) in (list, tuple):
        return len(before) == len(after) and all(map(same, before, after))
    if type(before) is dict:
        return before.keys() == after.keys() and all(same(before[key], after[key]) for key in before)
    return True


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """No output, no warnings."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield


def defined(
    program: str,
    name: str,
    names: Mapping[str, Any],
    more: Mapping[str, Any] | None = None,
    adapt: Callable[[Any], Callable] | None = None,
) -> tuple[Callable, Steps]:
    """The function that the program defines, in a copy of ``names``; with the counter of its steps.

    ``adapt`` makes of it what is called.
    """
    steps = Steps()
    space = {**names, "__counted": steps.counted, "__counted_while": steps.counted_while, **(more or {})}
    exec(compile(program, "<candidate>", "exec"), space)
    return adapt(space[name]) if adapt else space[name], steps


def outcome(function: Callable, steps: Steps, arguments: Sequence[Any]) -> list:
    """[answer, whether the arguments stayed as they were], or [] if it raises or runs too long."""
    steps.left = MOST_STEPS
    given = copied(arguments)
    try:
        answer = function(*given)
        return [answer, all(map(same, arguments, given))]
    except (Exception, TooLong, SystemExit):
        return []


def attempts(
    programs: Sequence[str],
    name: str,
    arguments: Sequence[Any],
    names: Mapping[str, Any],
    adapt: Callable[[Any], Callable] | None = None,
) -> list[list]:
    """The outcome of each program for these arguments; [] too for a program that does not define the function."""
    found: list[list] = []
    with quiet():
        for program in programs:
            try:
                function, steps = defined(program, name, names, None, adapt)
            except (Exception, TooLong, SystemExit):
                found.append([])
            else:
                found.append(outcome(function, steps, arguments))
    return found


class Holes:
    """What ``__hole(number, value)`` in a program does: note the value, or put another one in its place."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, Any]] = []
        self.number: int | None = None
        self.value: Any = None

    def __call__(self, number: int, value: Any) -> Any:
        if self.number is None:
            self.seen.append((number, np.array(value) if is_numeric(value) else None))
        elif number == self.number:
            return self.value.copy() if isinstance(value, np.ndarray) else self.value[()]
        return value


def is_numeric(value: Any) -> bool:
    return isinstance(value, (float, int, np.generic, np.ndarray)) and np.asarray(value).dtype.kind in "fiub"


def values(
    program: str,
    name: str,
    arguments: Sequence[Any],
    names: Mapping[str, Any],
    adapt: Callable[[Any], Callable] | None = None,
) -> list[list]:
    """(hole, value) of each visit of a hole, in order; None as the value of what is no array of numbers."""
    holes = Holes()
    with quiet():
        try:
            function, steps = defined(program, name, names, {"__hole": holes}, adapt)
            outcome(function, steps, arguments)
        except (Exception, TooLong, SystemExit):
            pass
    return [[number, value] for number, value in holes.seen]


def injected(
    program: str,
    name: str,
    number: int,
    stacked: Sequence[Any],
    arguments: Sequence[Any],
    names: Mapping[str, Any],
    adapt: Callable[[Any], Callable] | None = None,
) -> list[list]:
    """The outcomes with each of the ``stacked`` values in the place of the hole's."""
    holes = Holes()
    found = []
    with quiet():
        try:
            function, steps = defined(program, name, names, {"__hole": holes}, adapt)
        except (Exception, TooLong, SystemExit):
            return [[] for _ in stacked]
        holes.number = number
        for value in stacked:
            holes.value = value
            found.append(outcome(function, steps, arguments))
    return found
