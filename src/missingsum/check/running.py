"""Run a local check, and show what it found.

A check is a function ``body(function, report)`` made public by `local_check`. It goes step by step:

    with report.step("each row sums to 1"):
        …                                       # raise `Wrong` to say what is wrong
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable
from typing import Any, Protocol, cast

import numpy as np

from missingsum.check.markup import html
from missingsum.check.report import CheckFailed, Report, Wrong
from missingsum.comparison import Answer
from missingsum.text import visible
from missingsum.verdict import Verdict
from missingsum.watching import RAISED, NotRight, Strict, tell_call, tell_wrong, watched_by
from missingsum.where.here import place_of_mistake
from missingsum.where.recording import Recording
from missingsum.where.search import computing_time

Body = Callable[[Callable, Report], None]
"""(the student's function, its report) → nothing: what was found stands in the report."""


class LocalCheck(Protocol):
    """What a student calls with a function; ``body`` is what is tried."""

    body: Body
    __name__: str

    def __call__(self, function: Callable) -> None: ...


class CannotCheck(Exception):
    """Why there is nothing to check yet, and what to do first; ends the whole check."""


def local_check(body: Body) -> LocalCheck:
    """The check that a student calls: shows the report of ``body``, and raises `CheckFailed` if something is wrong.

    In IPython the report is displayed, whether it passed or not; elsewhere it is printed if it passed, and is the
    message of the exception if not.
    """

    def check(function: Callable) -> None:
        report = explained(body, function)
        shown = _display(report)
        if report.failed:
            raise CheckFailed(report)
        if not shown:
            print(report)

    for name in ("__module__", "__name__", "__qualname__", "__doc__"):
        setattr(check, name, getattr(body, name))
    made = cast(LocalCheck, check)
    made.body = body
    return made


def explained(body: Body, function: Callable) -> Report:
    """The report of ``body`` on ``function``, with the place of the mistake, if one is found."""
    recording, passed_before = Recording(function), set[Callable]()
    clock = computing_time()
    with watched_by(recording):
        report = run(body, function, passed_before)
    took = clock()
    if not report.first and report.verdict is Verdict.WRONG:
        beside = vars(sys.modules[body.__module__])

        def is_right(name: str, other: Callable) -> bool | None:
            check = getattr(beside.get(name), "body", None)
            return None if check is None or other is function else accepts(check, other, passed_before)

        report.place = place_of_mistake(
            function,
            recording.cases(),
            lambda candidate: accepts(body, candidate, passed_before),
            is_right,
            took,
            recording.calls,
        )
    _last[:] = [report]
    return report


def accepts(body: Body, function: Callable, passed_before: set[Callable]) -> bool:
    """Whether all of ``body`` holds for ``function``; ends at the first thing that does not."""
    with watched_by(Strict()):
        try:
            return not run(body, function, set(passed_before)).failed
        except NotRight:
            return False


_last: list[Report] = []
"""The report of the check that ran last."""


def hint() -> None:
    """Say which kind of change the place needs that the last check named."""
    place = _last[0].place if _last else None
    if place is None:
        print("There is nothing to hint at: the last check passed, or no place was found.")
    else:
        print(f"{place}. {place.hint}")


def run(body: Body, function: Callable, passed_before: set[Callable] | None = None) -> Report:
    """The report of ``body`` on ``function``."""
    report = Report(body.__name__, passed_before=set() if passed_before is None else passed_before)
    try:
        if not callable(function):
            raise CannotCheck(f"give the function itself, without brackets: {body.__name__}, not {body.__name__}(…).")
        body(function, report)
    except (CannotCheck, Wrong) as reason:
        report.first = visible(str(reason))
    return report


def _display(report: Report) -> bool:
    """Display the report in IPython, if that is what runs this; it is never imported for it."""
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        return False
    ipython.display.display({"text/plain": str(report), "text/html": html(report)}, raw=True)
    return True


def call(function: Callable, *arguments: Any) -> Answer:
    """What ``function`` returns for copies of ``arguments``; raises `Wrong` if it raises or changes one of them."""
    given = [np.copy(a) if isinstance(a, np.ndarray) else a for a in arguments]
    try:
        answer = function(*given)
    except NotImplementedError as error:
        raise CannotCheck(
            f"{str(error) or 'it is not written yet'}: write it, run its cell, and run this check again."
        ) from None
    except Exception as error:
        tell_call(function, arguments, RAISED)
        tell_wrong()
        raise Wrong(f"it raises {type(error).__name__}: {error}{_line(error, function)}") from error
    tell_call(function, arguments, answer)
    for before, after in zip(arguments, given):
        if isinstance(before, np.ndarray) and not np.array_equal(before, after):
            tell_wrong()
            raise Wrong("it changes an array that it was given", ["mutates-input"])
    return answer


def _line(error: Exception, function: Callable) -> str:
    """The last line of the file or cell of ``function`` that ran before the error, in words."""
    file, found = getattr(getattr(function, "__code__", None), "co_filename", None), ""
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == file:
            source = linecache.getline(file, step.tb_lineno).strip()
            found = f" (in line {step.tb_lineno}: {source})" if source else ""
        step = step.tb_next
    return found
