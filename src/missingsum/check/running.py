"""Run a local check, and show what it found.

A check is a function ``body(function, report)`` made public by `local_check`. It goes step by step:

    with report.step("each row sums to 1"):
        …                                       # raise `Wrong` to say what is wrong
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Protocol, cast

import numpy as np

from missingsum.check.errors import in_words, line_of
from missingsum.check.markup import html
from missingsum.check.report import CheckFailed, Report, Wrong
from missingsum.comparison import Answer
from missingsum.text import visible
from missingsum.verdict import Verdict
from missingsum.watching import RAISED, NotRight, Strict, tell_call, tell_wrong, watched_by
from missingsum.where.here import place_of_mistake
from missingsum.where.recording import Recording
from missingsum.where.search import computing_time

SECONDS = 30
"""After so long a check is stopped; `train` may take twice that."""

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
        report = judged(made, function)
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


_slow: dict[str, tuple[object, Report]] = {}
"""The last function of a name whose check took long, and the report on it."""


def judged(check: LocalCheck, function: Any, passed_before: set[Callable] | None = None) -> Report:
    """The report on ``function``, within `SECONDS`, and whatever it does; for `progress` that of before, if slow.

    An interrupt ends the check, and says where it was: no traceback of this package is shown.
    """
    name, started = check.__name__, time.monotonic()
    known = _slow.get(name)
    if passed_before is not None and known and known[0] is function:
        return known[1]
    report = (
        explained(check.body, function)
        if passed_before is None
        else _within_limits(check.body, function, passed_before)
    )
    if time.monotonic() - started > 1:
        _slow[name] = function, report
    return report


def _within_limits(body: Body, function: Callable, passed_before: set[Callable]) -> Report:
    """The report of ``body``, or why there is none: it took too long, or was interrupted."""
    report = Report(body.__name__)
    try:
        with _time_limit(2 * SECONDS if body.__name__ == "train" else SECONDS, function):
            return run(body, function, passed_before)
    except KeyboardInterrupt as stopped:
        report.first = f"it was interrupted{_where(stopped, function)}. Run the check again when you like."
    except _TooLong as stopped:
        report.first = visible(str(stopped))
    return report


class _TooLong(BaseException):
    """A check has taken too long; no ``except Exception`` of a student's code catches it."""


@contextmanager
def _time_limit(seconds: float, function: object) -> Iterator[None]:
    """`_TooLong` after so long, where the platform has timers that interrupt; elsewhere the button does it."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise _TooLong(
            f"it did not end within {seconds:g} seconds and was stopped{line_of(frame, function)}: "
            "is there a loop that never ends?"
        )

    try:
        before = signal.signal(signal.SIGALRM, stop)
    except (ValueError, OSError):  # in a browser
        yield
        return
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _where(stopped: BaseException, function: object) -> str:
    step = stopped.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return line_of(step.tb_frame, function) if step else ""


before_the_place: list[Callable[[Report], None]] = []
"""Who is shown a wrong answer's report before its place is looked for, which may take seconds: a page of the book."""


def explained(body: Body, function: Callable) -> Report:
    """The report of ``body`` on ``function``, with the place of the mistake, if one is found."""
    recording, passed_before = Recording(function), set[Callable]()
    clock = computing_time()
    with watched_by(recording):
        report = _within_limits(body, function, passed_before)
    took = clock()
    if not report.first and report.verdict is Verdict.WRONG:
        for show in before_the_place:
            show(report)
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
        report.settle()
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
        raise Wrong(f"it {in_words(error, getattr(function, 'func', function))}") from error
    tell_call(function, arguments, answer)
    for before, after in zip(arguments, given):
        if isinstance(before, np.ndarray) and not np.array_equal(before, after):
            tell_wrong()
            raise Wrong("it changes an array that it was given", ["mutates-input"])
    return answer
